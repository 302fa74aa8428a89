"""What does a join of streams without their duplicates give and hold?"""

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
    {
        "l": [left(1, "a"), left(1, "a"), left(2, "b", 2)],
        "r": [right(3, "a", 10), right(3, "a", 10)],
    },
    {"l": [left(5, "a", 3)], "r": [right(6, "b", 20)]},
    {"l": [left(60, "z", 4)], "r": [right(60, "z", 40)]},
    {"l": [left(61, "a", 5)], "r": [right(62, "a", 50)]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS")

    def build(source):
        lefts = (
            source("l", LEFT).withWatermark("lt", "5 seconds").dropDuplicatesWithinWatermark(["lk"])
        )
        rights = (
            source("r", RIGHT)
            .withWatermark("rt", "5 seconds")
            .dropDuplicatesWithinWatermark(["rk"])
        )
        return lefts.join(rights, near)

    yield from ctx.steps("inner", build, "append", STEPS)

    def after(source):
        lefts = source("l", LEFT).withWatermark("lt", "5 seconds")
        rights = source("r", RIGHT).withWatermark("rt", "5 seconds")
        return lefts.join(rights, near, "left_outer").drop("rt").dropDuplicates(["lt", "lk"])

    yield from ctx.steps("after a left outer join", after, "append", STEPS)
