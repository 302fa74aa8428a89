"""Which rows does dropDuplicates on columns keep in a stream without a watermark?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1, "a", 1), at(2, "a", 2), at(3, None, 3), at(4, None, 4)]},
    {"a": [at(5, "a", 5), at(6, "b", 6), at(1, None, 7)]},
    {"a": [at(7, "b", 8)]},
]


def run(spark, ctx):
    for mode in ("append", "update"):
        yield from ctx.steps(
            mode, lambda source: source("a", SCHEMA).dropDuplicates(["k"]), mode, STEPS
        )
