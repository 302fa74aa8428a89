"""What may stand before and after a join with a table?"""

from pyspark.sql import functions as F

LEFT = "lt TIMESTAMP, lk STRING, lv INT"


def clock(second):
    return f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"


def left(second, k, v=1):
    return {"lt": clock(second), "lk": k, "lv": v}


STEPS = [{"l": [left(1, "a"), left(2, "b", 2), left(12, "a", 3)]}, {"l": [left(40, "a", 4)]}]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    names = spark.createDataFrame(
        [("a", "Anna"), ("a", "Adam"), ("c", "Carl")], "lk STRING, name STRING"
    )

    def counted(source):
        return (
            source("l", LEFT).join(names, "lk", "left").groupBy("name").agg(F.sum("lv").alias("s"))
        )

    yield from ctx.steps("counted", counted, "update", STEPS)

    def windowed(source):
        joined = source("l", LEFT).withWatermark("lt", "10 seconds").join(names, "lk")
        return joined.groupBy(F.window("lt", "10 seconds"), "name").agg(F.sum("lv").alias("s"))

    yield from ctx.steps("windowed", windowed, "append", STEPS)

    def after(source):
        rows = source("l", LEFT).withWatermark("lt", "10 seconds")
        return (
            rows.groupBy(F.window("lt", "10 seconds"), "lk")
            .agg(F.sum("lv").alias("s"))
            .join(names, "lk", "left")
        )

    for mode in ("append", "update", "complete"):
        yield from ctx.steps(f"after, {mode}", after, mode, STEPS)

    def outer_complete(source):
        return names.join(source("l", LEFT).groupBy("lk").count(), "lk", "left")

    for mode in ("update", "complete"):
        yield from ctx.steps(f"table kept, {mode}", outer_complete, mode, STEPS)

    def condition(source):
        return source("l", LEFT).join(
            names.withColumnRenamed("lk", "rk"), F.expr("lk < rk AND lv > 1"), "left"
        )

    yield from ctx.steps("no equality", condition, "append", STEPS)
