"""Hours and days are lengths, not calendar days: a zone with summer time moves their edges."""

from pyspark.sql import functions as F


def run(spark, ctx):
    # Around the ends of summer and of winter in New York, 2016.
    seconds = [1478408400, 1478412000, 1478415600, 1457850000, 1457853600, 1467345600]
    df = spark.createDataFrame([(s,) for s in seconds], "s long").select(
        F.timestamp_seconds("s").alias("time")
    )
    for zone in ["America/New_York", "Asia/Kolkata"]:
        spark.conf.set("spark.sql.session.timeZone", zone)
        for length in ["1 hour", "1 day"]:
            windows = df.select("time", F.window("time", length).alias("w"))
            yield f"{length} in {zone}", windows
            yield f"{length} in {zone}, shown", ctx.shown(windows.orderBy("time"), truncate=False)
