"""An integer read as a timestamp means seconds since 1970, in every session zone."""

from pyspark.sql.types import StringType, StructField, StructType, TimestampType


def run(spark, ctx):
    path = ctx.write_lines(
        "events.json",
        [
            '{"time":1469501107,"action":"Open"}',
            '{"time":0,"action":"Close"}',
            '{"time":-1,"action":"Close"}',
            '{"time":-86400,"action":null}',
            '{"time":null,"action":"Open"}',
            '{"action":"Open"}',
            '{"time":1478412000,"action":"Open"}',
            '{"time":253402300799,"action":"Last"}',
        ],
    )
    schema = StructType(
        [StructField("time", TimestampType(), True), StructField("action", StringType(), True)]
    )
    for zone in ["UTC", "America/New_York", "Asia/Kolkata"]:
        spark.conf.set("spark.sql.session.timeZone", zone)
        df = spark.read.schema(schema).json(path)
        yield f"rows in {zone}", df
        yield f"shown in {zone}", ctx.shown(df, truncate=False)
    yield "by DDL", spark.read.schema("time timestamp, action string").json(path)
