"""Does dropDuplicates over a union of streams see both of them?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1), at(2, "b")], "b": [at(3, "c")]},
    {"b": [at(1), at(4, "d")]},
    {"a": [at(5, "d"), at(60, "z")]},
    {"b": [at(30, "late"), at(61, "y")]},
]


def run(spark, ctx):
    yield from ctx.steps(
        "plain",
        lambda source: (
            source("a", SCHEMA).union(source("b", SCHEMA)).select("k").dropDuplicates(["k"])
        ),
        "append",
        STEPS,
    )

    def marked(source):
        both = source("a", SCHEMA).union(source("b", SCHEMA))
        return (
            both.withWatermark("t", "10 seconds").dropDuplicatesWithinWatermark(["k"]).select("k")
        )

    yield from ctx.steps("within", marked, "append", STEPS)

    def marked_before(source):
        a = source("a", SCHEMA).withWatermark("t", "10 seconds")
        b = source("b", SCHEMA).withWatermark("t", "20 seconds")
        return a.union(b).dropDuplicatesWithinWatermark(["k"]).select("k")

    yield from ctx.steps("two watermarks", marked_before, "append", STEPS)
