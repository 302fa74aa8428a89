"""What a stream cannot do."""

from pyspark.sql import Window
from pyspark.sql import functions as F


def run(spark, ctx):
    ctx.write_lines("in/a.json", ['{"a":1,"t":5}'])
    df = spark.readStream.schema("a int, t timestamp").json(ctx.path("in"))
    static = spark.range(2).select(F.col("id").cast("int").alias("a"))
    start = ctx.start_memory
    yield "sort", ctx.error(lambda: start(df.orderBy("a"), "t"))
    yield (
        "sort in update",
        ctx.error(lambda: start(df.groupBy("a").count().orderBy("a"), "t", "update")),
    )
    yield (
        "row_number",
        ctx.error(
            lambda: start(df.select(F.row_number().over(Window.partitionBy("a").orderBy("t"))), "t")
        ),
    )
    yield "union with a table", ctx.error(lambda: start(df.select("a").union(static), "t"))
    yield "intersect", ctx.error(lambda: start(df.select("a").intersect(df.select("a")), "t"))
    yield "except", ctx.error(lambda: start(static.subtract(df.select("a")), "t"))
    yield (
        "outer join of streams",
        ctx.error(lambda: start(df.join(df.withColumnRenamed("t", "u"), "a", "left"), "t")),
    )
    yield "full join with a table", ctx.error(lambda: start(df.join(static, "a", "full"), "t"))
    yield "offset", ctx.error(lambda: start(df.offset(1), "t"))
    yield "take last", ctx.error(lambda: df.tail(1))
    yield "count distinct", ctx.error(lambda: start(df.agg(F.countDistinct("a")), "t", "complete"))
