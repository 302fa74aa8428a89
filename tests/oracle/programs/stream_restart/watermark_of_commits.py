"""Which watermark does a restart go on with when no empty batch came before it?"""

import json

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [at("00:01"), at("00:36")]},
    {"a": [at("00:22", "late"), at("00:41", "c")]},
    {"a": [at("00:12", "late"), at("01:00", "d")]},
    {"a": [at("00:55", "d"), at("01:01", "e")]},
]


def counts(source):
    rows = source("a", SCHEMA).withWatermark("t", "5 seconds")
    return rows.groupBy(F.window("t", "10 seconds"), "k").count()


def run(spark, ctx):
    spark.conf.set("spark.sql.streaming.noDataMicroBatches.enabled", "false")
    yield from ctx.steps("kept on", counts, "append", STEPS)
    yield from ctx.steps("restarted", counts, "append", STEPS, restart_each_step=True)
    with ctx.script(counts) as script:
        for step in STEPS[:2]:
            script.step(**step)
        script.stop()
        logs = ctx.tmp_path / "script-3" / "checkpoint"
        for log in ("offsets", "commits"):
            lines = [(logs / log / str(n)).read_text().splitlines()[1] for n in (0, 1)]
            marks = [{k: v for k, v in json.loads(x).items() if "Watermark" in k} for x in lines]
            yield f"watermarks in {log}", marks
    spark.conf.unset("spark.sql.streaming.noDataMicroBatches.enabled")
