"""What does a watermark do in a query without state: late rows, batches without data, progress?"""

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": None if clock is None else f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [at("00:01"), at("00:20")]},
    {"a": [at("00:02", "late"), at(None)]},
    {"a": [at("00:50", "b")]},
]


def run(spark, ctx):
    def marked(source):
        return source("a", SCHEMA).withWatermark("t", "5 seconds")

    def dropped(source):
        return marked(source).select("k")

    for mode in ("append", "update"):
        yield from ctx.steps(mode, marked, mode, STEPS)
    yield from ctx.steps("column not used", dropped, "append", STEPS)
    yield from ctx.steps("restarted", marked, "append", STEPS, restart_each_step=True)
    yield from ctx.steps("complete", marked, "complete", STEPS)
