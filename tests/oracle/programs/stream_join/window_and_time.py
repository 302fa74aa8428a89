"""What of a join of windows of different lengths, and of starts and keys of windows?"""

from pyspark.sql import functions as F

LEFT = "lt TIMESTAMP, lk STRING, lv INT"
RIGHT = "rt TIMESTAMP, rk STRING, rv INT"


def clock(second):
    return f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"


def left(second, k, v=1):
    return {"lt": clock(second), "lk": k, "lv": v}


def right(second, k, v=1):
    return {"rt": clock(second), "rk": k, "rv": v}


STEPS = [
    {"l": [left(1, "a"), left(12, "a", 2)], "r": [right(3, "a", 10), right(13, "a", 20)]},
    {"l": [left(60, "z")], "r": [right(60, "z")]},
    {"l": [left(100, "y")], "r": [right(100, "y")]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def windows(source, lengths):
        lefts = source("l", LEFT).withWatermark("lt", "5 seconds")
        rights = source("r", RIGHT).withWatermark("rt", "5 seconds")
        lefts = lefts.select(F.window("lt", lengths[0]).alias("w"), "lk", "lv")
        return lefts, rights.select(F.window("rt", lengths[1]).alias("u"), "rk", "rv")

    conditions = {"whole": "w = u", "ends": "w.end = u.end"}
    for label, condition in conditions.items():
        for lengths in (("10 seconds", "10 seconds"), ("10 seconds", "20 seconds")):

            def joined(source, condition=condition, lengths=lengths):
                lefts, rights = windows(source, lengths)
                return lefts.join(rights, F.expr(f"lk = rk AND {condition}"))

            yield from ctx.steps(f"{label} {lengths}", joined, "append", STEPS)
