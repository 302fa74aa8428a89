"""Does it matter to the watermark whether rows come in one file, two files or two batches?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": None if clock is None else f"2024-01-01T00:{clock}Z", "k": k}


FILES = [[at("00:40")], [at("00:01", "b")], [], [at(None, "c")], [at("00:41", "d")]]


def run(spark, ctx):
    def counts(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy(F.window("t", "10 seconds"), "k").count()

    for name, limit in (("all in one batch", None), ("one a batch", 1), ("two a batch", 2)):
        with ctx.script(counts, files_a_batch=limit) as script:
            for rows in FILES:
                script.add("a", rows)
            yield name, script.step()
