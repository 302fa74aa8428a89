"""Which uses of the two are refused, and with which error?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def run(spark, ctx):
    def start(label, change, mode="append"):
        def started():
            with ctx.script(lambda source: change(source("a", SCHEMA)), mode) as script:
                script.start()
            return "started"

        return label, ctx.outcome(started)

    for mode in ("append", "update", "complete"):
        yield start(f"dropDuplicates {mode}", lambda df: df.dropDuplicates(["k"]), mode)
        yield start(f"distinct {mode}", lambda df: df.distinct(), mode)
        yield start(
            f"within {mode}",
            lambda df: df.withWatermark("t", "1 second").dropDuplicatesWithinWatermark(["k"]),
            mode,
        )
    yield start("within without watermark", lambda df: df.dropDuplicatesWithinWatermark(["k"]))
    yield start(
        "within after losing the watermark",
        lambda df: (
            df.withWatermark("t", "1 second").select("k", "v").dropDuplicatesWithinWatermark(["k"])
        ),
    )
    yield start(
        "after an aggregation, append",
        lambda df: (
            df.withWatermark("t", "1 second")
            .groupBy(F.window("t", "1 minute"), "k")
            .count()
            .dropDuplicates(["k"])
        ),
    )
    yield start(
        "after an aggregation, update",
        lambda df: df.groupBy("k").count().dropDuplicates(["count"]),
        "update",
    )
    yield start(
        "after an aggregation, complete",
        lambda df: df.groupBy("k").count().dropDuplicates(["count"]),
        "complete",
    )
    yield start(
        "distinct after an aggregation, complete",
        lambda df: df.groupBy("k").count().distinct(),
        "complete",
    )
    yield start("missing column", lambda df: df.dropDuplicates(["missing"]))
    yield start(
        "missing column within",
        lambda df: df.withWatermark("t", "1 second").dropDuplicatesWithinWatermark(["missing"]),
    )
    yield start("no columns", lambda df: df.dropDuplicates([]))
    yield start("text", lambda df: df.dropDuplicates("k"))
    yield start(
        "text within",
        lambda df: df.withWatermark("t", "1 second").dropDuplicatesWithinWatermark("k"),
    )
    yield start("several texts", lambda df: df.dropDuplicates("k", "v"))
    yield start("map", lambda df: df.withColumn("m", F.create_map("k", "v")).dropDuplicates(["m"]))
    static = spark.createDataFrame([("a", 1), ("a", 2)], "k STRING, v INT")
    yield (
        "within in a batch",
        ctx.outcome(lambda: len(static.dropDuplicatesWithinWatermark(["k"]).collect())),
    )
    timed = static.withColumn("t", F.lit("2024-01-01").cast("timestamp")).withWatermark(
        "t", "1 second"
    )
    yield (
        "within in a batch with a watermark",
        ctx.outcome(lambda: len(timed.dropDuplicatesWithinWatermark(["k"]).collect())),
    )
