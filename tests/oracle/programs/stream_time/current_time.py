"""Is the current time one moment in a whole batch of a stream?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"
ROWS = [{"t": "2024-01-01T00:00:01Z", "k": "a"}, {"t": None, "k": "b"}]


def run(spark, ctx):
    now = F.current_timestamp()

    def columns(source):
        return source("a", SCHEMA).select(
            (now == F.current_timestamp()).alias("now"),
            (now == F.expr("localtimestamp()").cast("timestamp")).alias("local"),
            (F.to_date(now) == F.current_date()).alias("date"),
            (now > F.expr("TIMESTAMP '2024-01-01 00:00:00'")).alias("late enough"),
            (now > F.col("t")).alias("after"),
            F.expr("typeof(current_timestamp())").alias("type"),
        )

    def extract(source):
        rows = source("a", SCHEMA).select(now.alias("n"), F.current_date().alias("d"), "k")
        return rows.select(
            (F.to_date("n") == F.col("d")).alias("same"), (F.col("n") == now).alias("now"), "k"
        )

    def filtered(source):
        return source("a", SCHEMA).where(F.col("t") < now).select("k")

    def grouped(source):
        one = source("a", SCHEMA).select(now.alias("n"), "k").groupBy("n").count()
        return one.select((F.col("n") == now).alias("now"), "count")

    builds = (columns, extract, filtered)
    for build in builds:
        steps = [{"a": ROWS}, {"a": ROWS[:1]}]
        yield from ctx.steps(build.__name__, build, "append", steps)
    yield from ctx.steps("grouped", grouped, "update", [{"a": ROWS}])
    schema = spark.readStream.format("rate").load().select(F.current_timestamp(), F.current_date())
    yield "schema", ctx.outcome(lambda: schema.schema.simpleString())
