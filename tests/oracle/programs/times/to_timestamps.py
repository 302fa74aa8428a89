"""What does a time of day become as a timestamp: by casts and by functions?"""


def run(spark, ctx):
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    spark.conf.set("spark.sql.timeType.enabled", "true")
    for text in (
        "CAST(TIME'12:34:56.789' AS TIMESTAMP_NTZ) >= CAST(current_date() AS TIMESTAMP_NTZ)",
        "date_format(CAST(TIME'12:34:56.789' AS TIMESTAMP), 'HH:mm:ss.SSS')",
        "date_format(CAST(TIME'12:34:56.789' AS TIMESTAMP_NTZ), 'HH:mm:ss.SSS')",
        "to_date(CAST(TIME'12:34:56.789' AS TIMESTAMP)) = current_date()",
        "typeof(CAST(TIME'12:34:56.789' AS TIMESTAMP))",
        "CAST(CAST(NULL AS TIME) AS TIMESTAMP)",
        "try_cast(TIME'12:34:56' AS TIMESTAMP) IS NULL",
        "CAST(TIME'12:34:56' AS DATE)",
        "make_timestamp(DATE'2020-01-02', TIME'12:34:56.789')",
        "make_timestamp_ntz(DATE'2020-01-02', TIME'12:34:56.789')",
        "CAST(TIMESTAMP'2020-01-02 12:34:56.789' AS TIME)",
        "CAST(TIMESTAMP_NTZ'2020-01-02 12:34:56.789' AS TIME(0))",
    ):
        yield text, ctx.outcome(lambda text=text: [*spark.sql(f"SELECT {text} AS x").first()])
    yield (
        "table",
        ctx.outcome(
            lambda: spark.sql(
                "SELECT count(*) FROM VALUES (TIME'01:02:03'), (NULL) AS t(x) "
                "WHERE CAST(x AS TIMESTAMP) IS NOT NULL"
            ).collect()[0][0]
        ),
    )
