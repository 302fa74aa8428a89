"""Two marked columns from two sources in one line: which of them closes the windows?"""

from pyspark.sql import functions as F

LEFT = "t TIMESTAMP, k STRING"
RIGHT = "u TIMESTAMP, k STRING"


def left(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


def right(clock, k="a"):
    return {"u": f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [left("00:01"), left("00:02", "b")], "b": [right("00:03"), right("00:04", "b")]},
    {"a": [left("00:40")], "b": [right("00:30")]},
    {"a": [left("01:00")], "b": [right("01:00")]},
]


def run(spark, ctx):
    def joined(source):
        one = source("a", LEFT).withWatermark("t", "0 seconds")
        other = source("b", RIGHT).withWatermark("u", "0 seconds")
        near = F.expr("one.k = other.k AND u BETWEEN t AND t + INTERVAL 10 SECONDS")
        return one.alias("one").join(other.alias("other"), near)

    for column in ("t", "u"):

        def counts(source, column=column):
            return joined(source).groupBy(F.window(column, "10 seconds")).count()

        yield from ctx.steps(f"window of {column}", counts, "append", STEPS)
