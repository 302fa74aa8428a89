"""Without batches of no data, when do windows close?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"
SETTING = "spark.sql.streaming.noDataMicroBatches.enabled"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [at("00:01")]},
    {"a": [at("00:20")]},
    {"a": [at("00:02", "late"), at("00:21")]},
    {"a": []},
]


def run(spark, ctx):
    def counts(source):
        rows = source("a", SCHEMA).withWatermark("t", "0 seconds")
        return rows.groupBy(F.window("t", "10 seconds"), "k").count()

    spark.conf.set(SETTING, "false")
    yield from ctx.steps("off", counts, "append", STEPS)
    yield from ctx.steps("off, restarted", counts, "append", STEPS, restart_each_step=True)
    spark.conf.set(SETTING, "true")
    for name in ("availableNow", "once"):
        yield from ctx.steps(
            name, counts, "append", STEPS, restart_each_step=True, trigger={name: True}
        )
