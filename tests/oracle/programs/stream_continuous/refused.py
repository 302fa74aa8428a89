"""What beside the obvious does the continuous trigger refuse, and what does it let through?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    rate = spark.readStream.format("rate").option("numPartitions", 1).load()
    rate.createOrReplaceTempView("rate_view")
    local = spark.createDataFrame([(1, "a")], "value bigint, name string")
    time = F.col("timestamp")
    builds = {
        "select": rate.select("value", (F.col("value") * 2).alias("twice")),
        "where": rate.where("value % 2 = 0"),
        "columns": rate.withColumn("x", F.lit(1)).drop("timestamp").withColumnRenamed("x", "y"),
        "alias": rate.alias("r").select("r.value"),
        "view": spark.sql("SELECT value + 1 AS next FROM rate_view WHERE value > 3"),
        "to_df": rate.toDF("t", "v"),
        "struct": rate.select(F.struct("value", "timestamp").alias("s")),
        "tumbling": rate.select(F.window(time, "1 second").alias("w")),
        "sliding": rate.select(F.window(time, "2 seconds", "1 second").alias("w")),
        "table": rate.join(local, "value"),
        "values": rate.join(spark.sql("SELECT * FROM VALUES (1) AS t(value)"), "value"),
        "cross": rate.crossJoin(spark.range(1)),
        "dedup within": rate.withWatermark("timestamp", "1 second").dropDuplicatesWithinWatermark(
            ["value"]
        ),
        "sql distinct": spark.sql("SELECT DISTINCT value FROM rate_view"),
        "sql limit": spark.sql("SELECT value FROM rate_view LIMIT 3"),
        "sql now": spark.sql("SELECT now() AS n FROM rate_view"),
        "sql explode": spark.sql("SELECT explode(array(value)) AS e FROM rate_view"),
        "observe": rate.observe("m", F.count("*").alias("n")),
        "rollup": rate.rollup("value").count(),
    }
    modes = {"sql distinct": "complete", "rollup": "complete"}
    for name, df in builds.items():

        def start(df=df, mode=modes.get(name, "append")):
            query = df.writeStream.format("noop").outputMode(mode)
            query = query.trigger(continuous="1 second").start()
            failure = query.exception()
            query.stop()
            return "starts" if failure is None else "fails"

        yield name, ctx.outcome(start)
    writer = rate.writeStream
    for name, interval in {
        "number": 5,
        "empty": " ",
        "text": "soon",
        "negative": "-1 second",
        "months": "2 months",
    }.items():
        yield f"interval {name}", ctx.error(lambda i=interval: writer.trigger(continuous=i))
    both = {"continuous": "1 second", "once": True}
    yield "two triggers", ctx.error(lambda: rate.writeStream.trigger(**both))
    batches = rate.writeStream.foreachBatch(lambda df, n: None).trigger(continuous="1 second")
    yield "foreachBatch", ctx.error(batches.start)
    update = rate.writeStream.format("noop").outputMode("update").trigger(continuous="1 second")

    def starts():
        update.start().stop()
        return "starts"

    yield "update", ctx.outcome(starts)

    def batches_only():
        other = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 5).load()
        other.writeStream.format("noop").trigger(continuous="1 second").start()

    yield "batches only", ctx.error(batches_only)
