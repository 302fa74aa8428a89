"""What can not be observed, and how may an observation not be used?"""

from pyspark.sql import Observation, Window
from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, "a"), (2, "b")], "id int, s string")
    n = F.count("*").alias("n")
    yield "no expressions", ctx.error(lambda: df.observe(Observation("x")))
    yield "a name", ctx.error(lambda: df.observe(Observation("x"), "id"))
    yield "not an observation", ctx.error(lambda: df.observe(1, n))
    yield "no text", ctx.error(lambda: Observation(1))
    yield "empty", ctx.error(lambda: Observation(""))
    try:
        df.observe("", n)
    except Exception as error:
        # The message shows Spark's own plan.
        yield "empty name", error.getCondition()
    exprs = {
        "column": F.col("id"),
        "column beside": (F.col("id") + F.max("id")).alias("z"),
        "unknown": F.max("nope"),
        "distinct": F.countDistinct("id").alias("z"),
        "nested": F.max(F.count("id")).alias("z"),
        "window": F.row_number().over(Window.orderBy("id")).alias("z"),
        "filter": F.expr("count(*) FILTER (WHERE id > 1)").alias("z"),
    }
    for name, expr in exprs.items():
        yield name, ctx.error(lambda e=expr: df.observe(Observation("x"), e))
    used = Observation("used")
    df.observe(used, n)
    yield "reuse", ctx.error(lambda: df.observe(used, n))
    yield "too early", ctx.error(lambda: Observation("q").get)
    one, two = Observation("same"), Observation("same")
    yield "same name", ctx.error(lambda: df.observe(one, n).observe(two, F.max("id")))
    left, right = df.observe("m", n), df.observe("m", F.max("id"))
    yield "same name, union", left.union(right)
    yield "same name, join", left.join(right, "id").count()
    failed = Observation("failed")
    observed = df.observe(failed, n).select(F.lit(1) / (F.col("id") - F.col("id")))
    yield "failing", ctx.error(observed.collect)
    yield "after a failure", failed.get
    stream = spark.readStream.format("rate").load()
    yield "of a stream", ctx.error(lambda: stream.observe(Observation("x"), n))

    def by_chance(make):
        return df.observe(Observation("x"), make().alias("z")).count()

    yield "chance", ctx.outcome(lambda: by_chance(lambda: F.rand(3)))
    yield "chance within", ctx.outcome(lambda: by_chance(lambda: F.max(F.rand() * 0)))
