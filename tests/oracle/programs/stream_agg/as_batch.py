"""Is the last answer of a stream's aggregation, cut into files in any way, the batch's answer?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT"
ROWS = [{"k": f"k{number % 3}", "v": number * number % 17} for number in range(12)]


def run(spark, ctx):
    values = [F.count("*"), F.sum("v"), F.min("v"), F.max("v"), F.avg("v"), F.median("v")]
    values.append(F.round(F.stddev("v"), 6))

    def build(source):
        return source("a", SCHEMA).groupBy("k").agg(*values)

    for size in (12, 5):
        with ctx.script(build, "complete") as script:
            for start in range(0, len(ROWS), size):
                batches = script.step(a=ROWS[start : start + size])
            yield f"files of {size}", batches[-1]["rows"]
    batch = spark.createDataFrame([(row["k"], row["v"]) for row in ROWS], SCHEMA)
    yield "batch", batch.groupBy("k").agg(*values)
