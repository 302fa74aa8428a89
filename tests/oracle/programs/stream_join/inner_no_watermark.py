"""What does an inner join of two streams without a watermark give, and what does it keep?"""

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
    {"l": [left(1, "a"), left(2, "b", 2), left(3, None, 3)]},
    {"r": [right(1, "a", 10), right(2, "a", 11), right(3, None, 30)]},
    {"l": [left(4, "a", 4)], "r": [right(4, "a", 12), right(5, "b", 20)]},
    {"l": []},
    {"l": [left(1, "b", 5), left(1, "b", 5)]},
]


def run(spark, ctx):
    def joined(source):
        return source("l", LEFT).join(source("r", RIGHT), F.expr("lk = rk"))

    yield from ctx.steps("inner", joined, "append", STEPS)
