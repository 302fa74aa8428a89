"""Which queries does the continuous trigger refuse, and with which error?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    rate = spark.readStream.format("rate").option("numPartitions", 1).load()
    (ctx.tmp_path / "in").mkdir()
    files = spark.readStream.schema("k STRING").json(ctx.path("in"))
    table = spark.range(2).withColumnRenamed("id", "value")
    builds = {
        "count": (rate.groupBy("value").count(), "complete"),
        "dedup": (rate.dropDuplicates(["value"]), "append"),
        "distinct": (rate.distinct(), "append"),
        "join": (rate.join(table, "value"), "append"),
        "union": (rate.union(rate), "append"),
        "limit": (rate.limit(1), "append"),
        "current_timestamp": (rate.select(F.current_timestamp()), "append"),
        "current_date": (rate.where(F.current_date() > F.col("timestamp")), "append"),
        "explode": (rate.select(F.explode(F.array("value"))), "append"),
        "watermark": (rate.withWatermark("timestamp", "1 second"), "append"),
        "repartition": (rate.repartition(2), "append"),
        "files": (files, "append"),
        "complete": (rate, "complete"),
    }
    for name, (df, mode) in builds.items():

        def start(df=df, mode=mode):
            with ctx.running(df, "t", mode, trigger={"continuous": "1 second"}):
                return "starts"

        yield name, ctx.outcome(start)
