"""What do DataFrame.unpivot and melt give, and what do they refuse?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [(1, 10, 1.5, "x"), (2, None, 2.5, "y")], "id int, a int, b double, s string"
    ).coalesce(1)

    yield "unpivot", df.unpivot("id", ["a", "b"], "name", "val")
    yield "melt", df.melt(["id"], ["a"], "name", "val")
    yield "several ids", df.unpivot(["id", "s"], ["a", "b"], "name", "val")
    yield "no values given", df.select("id", "a", "b").unpivot("id", None, "name", "val")
    yield "no ids", df.unpivot([], ["a", "b"], "name", "val")
    yield "columns", df.unpivot(df.id, [df.a, df.b], "name", "val")
    yield "one value", df.unpivot("id", "a", "name", "val")
    yield "expression", df.unpivot("id", [F.col("a").alias("z"), F.col("b")], "name", "val")
    yield "types", ctx.error(lambda: df.unpivot("id", ["a", "s"], "name", "val"))
    yield "nothing left", ctx.error(lambda: df.unpivot(["id", "a", "b", "s"], None, "n", "v"))
    yield "no values", ctx.error(lambda: df.unpivot("id", [], "n", "v"))
    yield "unknown", ctx.error(lambda: df.unpivot("id", ["nope"], "n", "v"))
    yield "unknown id", ctx.error(lambda: df.unpivot("nope", ["a"], "n", "v"))
    yield "none ids", ctx.error(lambda: df.unpivot(None, ["a"], "n", "v"))
    yield (
        "ids that are expressions",
        ctx.outcome(lambda: sorted(map(str, df.unpivot(df.id + 1, ["a"], "n", "v").collect()))),
    )
    yield (
        "values that are expressions",
        ctx.outcome(lambda: sorted(map(str, df.unpivot("id", [df.a + 1], "n", "v").collect()))),
    )
