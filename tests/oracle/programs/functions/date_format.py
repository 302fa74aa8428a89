"""date_format by pattern, also in another zone, and the patterns that it refuses."""

from pyspark.sql import functions as F

PATTERNS = [
    "MMM-dd HH:mm",
    "yyyy-MM-dd HH:mm:ss",
    "yy/M/d H:m:s",
    "dd.MM.yyyy",
    "E EEE EEEE",
    "MMMM d, yyyy",
    "hh:mm a",
    "HH:mm:ss.SSS",
    "SSSSSS",
    "D DDD",
    "Q QQQ",
    "'quoted' yyyy",
    "yyyy''MM",
    "XXX x Z z VV O",
    "k K",
    "",
    "G yyyy",
    "LLL",
    "n",
    "L",
    "e",
    "u",
    "Y",
    "w",
    "c",
]


def run(spark, ctx):
    df = spark.sql(
        "SELECT timestamp_micros(1469501107123456) AS t UNION ALL SELECT timestamp_seconds(-1)"
    )
    for time in ["timestamp_micros(1469501107123456)", "timestamp_seconds(-1)"]:
        yield from ctx.expressions([f'date_format({time}, "{pattern}")' for pattern in PATTERNS])
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    yield "New York", df.select(F.date_format("t", "yyyy-MM-dd HH:mm XXX z"))
    yield (
        "of a date and a text",
        spark.sql(
            "SELECT date_format(date'2016-02-29', 'EEE dd'), date_format('2016-07-26 02:45:07', 'HH:mm')"
        ),
    )
    yield (
        "null",
        spark.sql("SELECT date_format(null, 'yyyy') AS a, date_format(current_date(), null) AS b"),
    )
