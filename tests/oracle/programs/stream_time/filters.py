"""Do rows that a filter takes away before or after the mark move the watermark?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [at("00:01"), at("00:30", "x")]},
    {"a": [at("00:02"), at("00:15")]},
]


def run(spark, ctx):
    def windows(rows):
        return rows.groupBy(F.window("t", "10 seconds")).count()

    def marked(source):
        return source("a", SCHEMA).withWatermark("t", "0 seconds")

    early = F.col("t") < F.expr("TIMESTAMP '2024-01-01 00:00:20'")
    builds = {
        "before": lambda s: windows(
            s("a", SCHEMA).where("k <> 'x'").withWatermark("t", "0 seconds")
        ),
        "after": lambda s: windows(marked(s).where("k <> 'x'")),
        "after, by a computed column": lambda s: windows(
            marked(s).withColumn("u", F.upper("k")).where("u <> 'X'")
        ),
        "after, by time": lambda s: windows(marked(s).where(early)),
        "after, never": lambda s: windows(marked(s).where("false")),
        "of the window": lambda s: windows(marked(s)).where("count > 1"),
    }
    for name, build in builds.items():
        yield from ctx.steps(name, build, "append", STEPS)
