"""spark.range in each form."""


def run(spark, ctx):
    yield "end", ctx.ordered(spark.range(3))
    yield "start and end", ctx.ordered(spark.range(2, 5))
    yield "step", ctx.ordered(spark.range(1, 10, 4))
    yield "downwards", ctx.ordered(spark.range(3, 0, -1))
    yield "nothing", spark.range(5, 5)
    yield "wrong way", spark.range(5, 1).count()
    yield "partitions", spark.range(0, 10, 1, 3).rdd.getNumPartitions()
    yield "sum", spark.range(1000).agg({"id": "sum"})
    yield "step zero", ctx.error(lambda: spark.range(0, 5, 0))
    yield "in SQL", ctx.ordered(spark.sql("SELECT * FROM range(1, 6, 2)"))
