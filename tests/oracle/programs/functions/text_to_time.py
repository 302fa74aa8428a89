"""to_timestamp, to_date, unix_timestamp and their patterns; what is malformed."""

CALLS = [
    "to_timestamp('2016-07-26 02:45:07')",
    "to_timestamp('2016-07-26T02:45:07.5Z')",
    "to_timestamp('2016-07-26')",
    "to_timestamp('26/07/2016 02:45', 'dd/MM/yyyy HH:mm')",
    "to_timestamp('Jul-26 2016', 'MMM-dd yyyy')",
    "to_timestamp('02:45', 'HH:mm')",
    "to_timestamp('2016-07-26 02:45:07 +0200', 'yyyy-MM-dd HH:mm:ss Z')",
    "to_timestamp('nonsense')",
    "to_timestamp('2016-7-6', 'yyyy-MM-dd')",
    "to_timestamp(null)",
    "to_timestamp(1469501107)",
    "to_date('2016-07-26')",
    "to_date('26.07.2016', 'dd.MM.yyyy')",
    "to_date('nonsense')",
    "to_date('2016-02-30')",
    "unix_timestamp('2016-07-26 02:45:07')",
    "unix_timestamp('26/07/2016', 'dd/MM/yyyy')",
    "unix_timestamp(timestamp'1970-01-01 00:00:10')",
    "unix_timestamp('nonsense')",
    "from_unixtime(0)",
    "from_unixtime(1469501107, 'MMM-dd HH:mm')",
    "try_to_timestamp('nonsense')",
    "to_unix_timestamp('1970-01-02 00:00:00')",
    "try_to_date('2016-02-30')",
    "from_utc_timestamp('2016-07-26 00:00:00', 'Asia/Kolkata')",
    "to_utc_timestamp('2016-07-26 00:00:00', 'Asia/Kolkata')",
]


def run(spark, ctx):
    for zone in ["UTC", "America/New_York"]:
        spark.conf.set("spark.sql.session.timeZone", zone)
        for text, result in ctx.expressions(CALLS):
            yield f"{text} in {zone}", result
    spark.conf.set("spark.sql.ansi.enabled", "false")
    yield (
        "malformed without ANSI",
        spark.sql("SELECT to_timestamp('nonsense') AS a, to_date('2016-02-30') AS b"),
    )
