"""What does writeTo do with tables of the session's catalog?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, "a"), (2, "b")], "id int, k string")
    other = spark.createDataFrame([("c", 3)], "k string, id int")
    calls = {
        "create": lambda: df.writeTo("wt_a").using("parquet").create(),
        "create again": lambda: df.writeTo("wt_a").using("parquet").create(),
        "create without a format": lambda: df.writeTo("wt_b").create(),
        "create in parts": lambda: df.writeTo("wt_c").using("json").partitionedBy("k").create(),
        "create in parts of days": lambda: (
            df.writeTo("wt_d")
            .using("parquet")
            .partitionedBy(F.partitioning.bucket(2, "id"))
            .create()
        ),
        "properties": lambda: (
            df.writeTo("wt_e")
            .using("csv")
            .tableProperty("owner_of", "me")
            .option("sep", ";")
            .create()
        ),
        "append": lambda: other.writeTo("wt_a").append(),
        "append, unknown": lambda: df.writeTo("wt_nope").append(),
        "overwrite": lambda: df.writeTo("wt_a").overwrite(F.lit(True)),
        "overwritePartitions": lambda: df.writeTo("wt_c").overwritePartitions(),
        "replace": lambda: df.writeTo("wt_a").using("parquet").replace(),
        "createOrReplace": lambda: df.writeTo("wt_f").using("parquet").createOrReplace(),
        "createOrReplace again": lambda: df.writeTo("wt_f").using("parquet").createOrReplace(),
        "unknown format": lambda: df.writeTo("wt_g").using("nope").create(),
    }
    try:
        for label, call in calls.items():
            yield label, ctx.outcome(call)
        for name in ("wt_a", "wt_b", "wt_c", "wt_e", "wt_f"):
            yield f"rows of {name}", ctx.outcome(lambda n=name: _rows(spark.table(n)))
        yield "partitions", [(c.name, c.isPartition) for c in spark.catalog.listColumns("wt_c")]
        yield "temporary view", ctx.error(lambda: _append_to_view(spark, df))
        yield (
            "of a stream",
            ctx.error(lambda: spark.readStream.format("rate").load().writeTo("wt_a").append()),
        )
    finally:
        spark.catalog.dropTempView("wt_v")
        for name in "abcdefg":
            spark.sql(f"DROP TABLE IF EXISTS wt_{name}")


def _rows(frame):
    return sorted(tuple(row) for row in frame.select("id", "k").collect())


def _append_to_view(spark, df):
    df.createOrReplaceTempView("wt_v")
    df.writeTo("wt_v").append()
