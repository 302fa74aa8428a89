"""explain prints something in every mode, and describe and summary are frames."""

import contextlib
import io


def explained(df, *args, **kwargs):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        df.explain(*args, **kwargs)
    return out.getvalue()


def run(spark, ctx):
    df = spark.range(4).selectExpr("id", "id * 2 AS twice")
    yield "heading", explained(df).splitlines()[0]
    yield (
        "headings of extended",
        [line for line in explained(df, True).splitlines() if line.startswith("==")],
    )
    yield (
        "modes",
        [len(explained(df, mode=mode)) > 0 for mode in ["simple", "extended", "formatted"]],
    )
    yield "unknown mode", ctx.error(lambda: df.explain(mode="loud"))
    yield "describe", ctx.close(df.describe("twice"))
    yield "summary", df.summary("count", "min", "max")
