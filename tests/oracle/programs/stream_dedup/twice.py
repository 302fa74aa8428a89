"""What do two dropDuplicates in one query drop and hold?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1, v=1), at(1, v=2), at(2, v=1)]},
    {"a": [at(3, "b", 1), at(3, "b", 2), at(4, v=3)]},
    {"a": [at(60, "z", 4)]},
]


def run(spark, ctx):
    def build(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.dropDuplicates(["k", "t"]).dropDuplicates(["v"])

    yield from ctx.steps("twice", build, "append", STEPS)
