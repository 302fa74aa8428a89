"""What do different delays on the two sides and the policies min and max make of the watermark?"""

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
    {"l": [left(10, "a"), left(12, "b", 2)], "r": [right(40, "c", 30)]},
    {"r": [right(41, "c", 31)]},
    {"l": [left(60, "z")]},
    {"l": [left(20, "c", 3)], "r": [right(22, "a", 10)]},
    {"r": [right(90, "y", 1)]},
]


def run(spark, ctx):
    near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 30 SECONDS")
    for policy in ("min", "max"):
        spark.conf.set("spark.sql.streaming.multipleWatermarkPolicy", policy)
        for kind in ("inner", "left_outer"):

            def joined(source, kind=kind):
                lefts = source("l", LEFT).withWatermark("lt", "2 seconds")
                rights = source("r", RIGHT).withWatermark("rt", "15 seconds")
                return lefts.join(rights, near, kind)

            yield from ctx.steps(f"{policy} {kind}", joined, "append", STEPS)
