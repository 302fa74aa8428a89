"""When do windows with a start time of their own close, and sliding ones with it?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, v INT"


def at(clock, v=1):
    return {"t": f"2024-01-01T00:{clock}Z", "v": v}


STEPS = [
    {"a": [at("00:01"), at("00:03", 2), at("00:12.999", 4)]},
    {"a": [at("00:13", 8)]},
    {"a": [at("00:12", 16), at("00:40", 32)]},
]


def run(spark, ctx):
    shapes = {
        "tumbling +3": ("10 seconds", "10 seconds", "3 seconds"),
        "tumbling -3": ("10 seconds", "10 seconds", "-3 seconds"),
        "sliding +3": ("10 seconds", "5 seconds", "3 seconds"),
    }
    for name, shape in shapes.items():

        def sums(source, shape=shape):
            rows = source("a", SCHEMA).withWatermark("t", "0 seconds")
            return rows.groupBy(F.window("t", *shape)).agg(F.sum("v").alias("s"))

        yield from ctx.steps(name, sums, "append", STEPS)
