"""Through which operators does the mark of the event time column go on in the schema?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    base = spark.readStream.format("rate").load().toDF("t", "v")
    marked = base.withWatermark("t", "90 seconds")
    windows = marked.groupBy(F.window("t", "10 seconds"))
    static = spark.range(3).toDF("v")
    frames = {
        "itself": marked,
        "select": marked.select("t"),
        "alias": marked.select(F.col("t").alias("u"), "t"),
        "renamed": marked.withColumnRenamed("t", "u"),
        "toDF": marked.toDF("x", "y"),
        "same name anew": marked.withColumn("t", F.col("t")),
        "shifted": marked.withColumn("t", F.col("t") + F.expr("INTERVAL 1 SECOND")),
        "cast to itself": marked.select(F.col("t").cast("timestamp").alias("t")),
        "cast to text": marked.select(F.col("t").cast("string").alias("t")),
        "coalesce": marked.select(F.coalesce("t", "t").alias("t")),
        "struct": marked.select(F.struct("t", "v").alias("s")),
        "struct and out": marked.select(F.struct("t", "v").alias("s")).select("s.t"),
        "array": marked.select(F.array("t").alias("l")),
        "window": marked.select(F.window("t", "10 seconds")),
        "window parts": marked.select(F.window("t", "10 seconds")).select("window.*"),
        "session": marked.select(F.session_window("t", "10 seconds")),
        "where": marked.where("v > 1"),
        "counts": windows.count(),
        "counts by time": marked.groupBy("t").count(),
        "counts by v": marked.groupBy("v").count(),
        "max of t": marked.groupBy("v").agg(F.max("t").alias("t")),
        "window end": windows.count().select("window.end", "count"),
        "window_time": windows.count().select(F.window_time("window"), "count"),
        "window of window": windows.count().groupBy(F.window("window", "20 seconds")).count(),
        "dedup": marked.dropDuplicates(["v"]),
        "distinct": marked.distinct(),
        "join": marked.join(static, "v"),
        "union, left": marked.union(base),
        "union, right": base.union(marked),
        "union, both": marked.union(base.withWatermark("t", "5 seconds")),
        "explode": marked.select("t", F.explode(F.array("v", "v"))),
        "sql": None,
    }
    marked.createOrReplaceTempView("marked")
    frames["sql"] = spark.sql("SELECT t AS u, v, t FROM marked")

    def marks(frame):
        return [[field.name, field.nullable, field.metadata] for field in frame.schema]

    for name, frame in frames.items():
        yield name, ctx.outcome(lambda frame=frame: marks(frame))
