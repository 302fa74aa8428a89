"""The session's zone in show, cast and fields of a time; collect gives the process's own."""

from pyspark.sql import functions as F


def run(spark, ctx):
    seconds = spark.createDataFrame([(0,), (1469501107,), (1478412000,), (-1,)], "s long")
    df = seconds.select(F.timestamp_seconds("s").alias("t"))
    for zone in ["UTC", "America/New_York", "Asia/Kolkata", "+03:00"]:
        spark.conf.set("spark.sql.session.timeZone", zone)
        yield f"shown in {zone}", ctx.shown(df)
        yield f"cast in {zone}", ctx.ordered(df.select(F.col("t").cast("string").alias("text")))
        yield f"hour in {zone}", ctx.ordered(df.select(F.hour("t"), F.to_date("t")))
        yield (
            f"text to time in {zone}",
            spark.sql("SELECT cast(cast('2016-07-26 02:45:07' AS timestamp) AS long) AS s"),
        )
        yield f"collected in {zone}", ctx.ordered(df)
        yield f"current_timezone in {zone}", spark.sql("SELECT current_timezone() AS zone")
