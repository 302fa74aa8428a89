"""Is the watermark there again after a restart, and what does the first batch close?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [at("00:01"), at("00:12")]},
    {"a": [at("00:35", "b")]},
    {"a": [at("00:02", "late"), at("00:33", "c")]},
    {"a": [at("01:00", "d")]},
]


def run(spark, ctx):
    def counts(source):
        rows = source("a", SCHEMA).withWatermark("t", "5 seconds")
        return rows.groupBy(F.window("t", "10 seconds"), "k").count()

    for mode in ("append", "update"):
        yield from ctx.steps(mode, counts, mode, STEPS, restart_each_step=True)
    with ctx.script(counts) as script:
        yield "first", script.step(**STEPS[0])
        script.restart()
        yield "nothing new", script.step()
        yield "goes on", script.step(**STEPS[1])
        script.restart()
        script.restart()
        yield "late after two", script.step(**STEPS[2])
