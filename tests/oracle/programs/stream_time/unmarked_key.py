"""With a watermark that no key has, what is dropped and what is kept in update mode?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, u TIMESTAMP, k STRING"


def at(t, u, k="a"):
    return {"t": f"2024-01-01T00:{t}Z", "u": f"2024-01-01T00:{u}Z", "k": k}


STEPS = [
    {"a": [at("00:01", "00:30"), at("00:20", "00:02")]},
    {"a": [at("00:05", "00:40"), at("00:50", "00:12")]},
]


def run(spark, ctx):
    def marked(source):
        return source("a", SCHEMA).withWatermark("t", "0 seconds")

    builds = {
        "another key": lambda s: marked(s).groupBy("k").count(),
        "window of another time": lambda s: marked(s).groupBy(F.window("u", "10 seconds")).count(),
        "no key": lambda s: marked(s).groupBy().count(),
        "time only inside": lambda s: marked(s).groupBy("k").agg(F.max("t")),
    }
    for name, build in builds.items():
        yield from ctx.steps(name, build, "update", STEPS)
