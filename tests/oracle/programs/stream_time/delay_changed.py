"""May the delay change at a restart, and what becomes of the watermark then?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


def run(spark, ctx):
    for first, second in (("5 seconds", "20 seconds"), ("20 seconds", "5 seconds")):
        delay = [first]

        def counts(source, delay=delay):
            rows = source("a", SCHEMA).withWatermark("t", delay[0])
            return rows.groupBy(F.window("t", "10 seconds"), "k").count()

        with ctx.script(counts) as script:
            yield f"{first}: start", script.step(a=[at("00:01"), at("00:36")])
            delay[0] = second
            script.restart()
            yield f"{first}: then {second}", script.step(a=[at("00:22", "b"), at("00:41", "c")])
            yield f"{first}: goes on", script.step(a=[at("01:00", "d")])
