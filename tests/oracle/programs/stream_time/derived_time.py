"""Is a time computed from the marked one, truncated or renamed, still the event time?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [{"a": [at("00:01"), at("00:12", "b"), at("00:40")]}, {"a": [at("00:02")]}]


def run(spark, ctx):
    def marked(source):
        return source("a", SCHEMA).withWatermark("t", "5 seconds")

    def windows(rows, column):
        return rows.groupBy(F.window(column, "10 seconds")).count()

    builds = {
        "renamed": lambda s: windows(marked(s).withColumnRenamed("t", "u"), "u"),
        "alias": lambda s: windows(marked(s).select(F.col("t").alias("u"), "k"), "u"),
        "shifted": lambda s: windows(
            marked(s).select((F.col("t") + F.expr("INTERVAL 1 SECOND")).alias("u")), "u"
        ),
        "truncated": lambda s: windows(marked(s).withColumn("t", F.date_trunc("minute", "t")), "t"),
        "window of an expression": lambda s: windows(marked(s), F.date_trunc("minute", "t")),
        "marked after": lambda s: windows(source_shifted(s).withWatermark("u", "5 seconds"), "u"),
        "from text": lambda s: windows(
            s("a", "t STRING, k STRING")
            .select(F.to_timestamp("t").alias("t"), "k")
            .withWatermark("t", "5 seconds"),
            "t",
        ),
        "struct field": lambda s: windows(
            marked(s).select(F.struct("t", "k").alias("s")).select("s.t"), "t"
        ),
    }

    def source_shifted(source):
        return source("a", SCHEMA).select((F.col("t") + F.expr("INTERVAL 1 SECOND")).alias("u"))

    for name, build in builds.items():
        yield from ctx.steps(name, build, "append", STEPS)
