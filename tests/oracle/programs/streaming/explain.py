"""explain of a stream and of a query prints something in each state."""

import contextlib
import io


def explained(thing, *args):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        thing.explain(*args)
    return out.getvalue()


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"n":1}'])
    df = spark.readStream.schema("n int").json(ctx.path("in"))
    counts = df.groupBy("n").count()
    yield "stream", explained(counts).splitlines()[0]
    with ctx.running(counts, "t", "complete") as query:
        query.processAllAvailable()
        yield "query", explained(query).splitlines()[0]
        yield (
            "extended",
            [line for line in explained(query, True).splitlines() if line.startswith("==")],
        )
