"""What does a window aggregation after an inner join within a time range give, and when?"""

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
    {"l": [left(1, "a", 1), left(2, "b", 2)], "r": [right(3, "a", 10), right(8, "a", 20)]},
    {"l": [left(30, "a", 3)], "r": [right(33, "a", 30)]},
    {"l": [left(60, "z", 4)], "r": [right(60, "z", 40)]},
    {"l": [left(100, "y", 5)], "r": [right(101, "y", 50)]},
    {"l": [left(160, "x", 6)], "r": [right(161, "x", 60)]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS")
    for time in ("lt",):

        def build(source, time=time):
            lefts = source("l", LEFT).withWatermark("lt", "5 seconds")
            rights = source("r", RIGHT).withWatermark("rt", "5 seconds")
            both = lefts.join(rights, near)
            return both.groupBy(F.window(time, "10 seconds"), "lk").agg(
                F.sum("rv").alias("s"), F.count("*").alias("n")
            )

        yield from ctx.steps(time, build, "append", STEPS)
