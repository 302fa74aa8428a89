"""What do joins of three streams give?"""

from pyspark.sql import functions as F

LEFT = "lt TIMESTAMP, lk STRING, lv INT"
RIGHT = "rt TIMESTAMP, rk STRING, rv INT"


def clock(second):
    return f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"


def left(second, k, v=1):
    return {"lt": clock(second), "lk": k, "lv": v}


def right(second, k, v=1):
    return {"rt": clock(second), "rk": k, "rv": v}


THIRD = "xt TIMESTAMP, xk STRING, xv INT"


def third(second, k, v=1):
    return {"xt": clock(second), "xk": k, "xv": v}


STEPS = [
    {"l": [left(10, "a"), left(10, "b", 2)], "r": [right(11, "a", 10)], "x": [third(12, "a", 100)]},
    {"r": [right(12, "b", 20)]},
    {"x": [third(13, "b", 200), third(13, "a", 300)]},
    {"l": [left(60, "z")], "r": [right(60, "z")], "x": [third(60, "y")]},
    {"l": [left(120, "z")], "r": [right(120, "z")], "x": [third(120, "y")]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def plain(source):
        both = source("l", LEFT).join(source("r", RIGHT), F.expr("lk = rk"))
        return both.join(source("x", THIRD), F.expr("lk = xk")).select("lk", "lv", "rv", "xv")

    yield from ctx.steps("inner", plain, "append", STEPS[:4])
    for kind in ("inner", "left_outer"):

        def marked(source, kind=kind):
            lefts = source("l", LEFT).withWatermark("lt", "10 seconds")
            rights = source("r", RIGHT).withWatermark("rt", "10 seconds")
            thirds = source("x", THIRD).withWatermark("xt", "10 seconds")
            near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS")
            # Two event times on one side would be refused when the first batch runs.
            both = lefts.join(rights, near, kind).drop("rt")
            far = F.expr("lk = xk AND xt BETWEEN lt AND lt + INTERVAL 10 SECONDS")
            return both.join(thirds, far, kind).select("lk", "lv", "rv", "xv")

        yield from ctx.steps(f"{kind} with watermarks", marked, "append", STEPS)
