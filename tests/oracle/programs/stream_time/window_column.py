"""Can the window be made in a select before, renamed, taken apart, and still close?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(clock, k="a", v=1):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k, "v": v}


STEPS = [
    {"a": [at("00:01"), at("00:12", "b")]},
    {"a": [at("00:02", "a", 5), at("00:35")]},
]


def run(spark, ctx):
    def marked(source):
        return source("a", SCHEMA).withWatermark("t", "5 seconds")

    window = F.window("t", "10 seconds")
    builds = {
        "select": lambda s: marked(s).select(window, "k", "v").groupBy("window", "k").sum("v"),
        "renamed": lambda s: (
            marked(s).withColumn("w", window).withColumnRenamed("w", "x").groupBy("x").sum("v")
        ),
        "key is end": lambda s: (
            marked(s).select(window.end.alias("e"), "v").groupBy("e").agg(F.sum("v"))
        ),
        "key is expression": lambda s: (
            marked(s).groupBy(window, F.upper("k").alias("K"), F.col("v") % 2).count()
        ),
    }
    for name, build in builds.items():
        yield from ctx.steps(name, build, "append", STEPS)
