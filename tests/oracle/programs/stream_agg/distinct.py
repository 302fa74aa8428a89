"""What does DISTINCT of a stream give in each mode, with and without a watermark?"""

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [at("00:01"), at("00:02", None)]},
    {"a": [at("00:01"), at("00:30", "b")]},
    {"a": [at("00:02", "late"), at("00:01")]},
]


def run(spark, ctx):
    def sql(source):
        source("a", SCHEMA).createOrReplaceTempView("s")
        return spark.sql("SELECT DISTINCT k FROM s")

    def marked(source):
        return source("a", SCHEMA).withWatermark("t", "0 seconds").distinct()

    def marked_sql(source):
        source("a", SCHEMA).withWatermark("t", "0 seconds").createOrReplaceTempView("s")
        return spark.sql("SELECT DISTINCT k, t FROM s")

    yield from ctx.steps("sql, update", sql, "update", STEPS)
    yield from ctx.steps("sql, complete", sql, "complete", STEPS[:2])
    yield from ctx.steps("marked, append", marked, "append", STEPS)
    yield from ctx.steps("marked sql, append", marked_sql, "append", STEPS)
