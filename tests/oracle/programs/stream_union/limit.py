"""How many rows does a limit over a stream let through, over all its batches?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [{"a": [at(1)]}, {"a": [at(1)], "b": [at(1)]}, {"b": [at(1), at(1), at(1)]}, {"a": [at(1)]}]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def both(source):
        return source("a", SCHEMA).union(source("b", SCHEMA))

    yield from ctx.steps("over a union", lambda source: both(source).limit(4), "append", STEPS)
    yield from ctx.steps("zero", lambda source: both(source).limit(0), "append", STEPS)
    yield from ctx.steps("update", lambda source: both(source).limit(2), "update", STEPS)
    yield from ctx.steps(
        "restarts", lambda source: both(source).limit(4), "append", STEPS, restart_each_step=True
    )
    yield from ctx.steps(
        "filter after", lambda source: both(source).limit(2).where("v > 1"), "append", STEPS
    )
    yield from ctx.steps("offset", lambda source: both(source).offset(1), "append", STEPS)

    def counted(source):
        return both(source).groupBy("k").count().limit(1)

    yield from ctx.steps("after an aggregation", counted, "complete", STEPS)
