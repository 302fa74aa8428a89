"""Days and months added, differences, intervals."""


def run(spark, ctx):
    expressions = [
        "date_add(date'2016-02-28', 2)",
        "date_sub(date'2016-03-01', 1)",
        "add_months(date'2016-01-31', 1)",
        "datediff(date'2016-03-01', date'2016-02-01')",
        "months_between(date'2016-03-15', date'2016-01-01')",
        "date'2016-02-28' + 1",
        "date'2016-03-01' - 1",
        "date'2016-03-01' - date'2016-02-01'",
        "timestamp'2016-03-01 00:00:00' - timestamp'2016-02-29 12:00:00'",
        "timestamp'2016-03-01 00:00:00' - interval 30 minutes",
        "date'2016-01-31' + interval 1 month",
        "timestamp'2016-01-31 10:00:00' + interval 1 month",
        "timestamp'2016-01-01 00:00:00' + interval '1 02:03:04' day to second",
        "next_day(date'2016-07-26', 'Mon')",
        "make_date(2016, 2, 29)",
        "make_timestamp(2016, 2, 29, 1, 2, 3.5)",
        "timestamp_seconds(1.5)",
        "timestamp_millis(-1)",
        "timestampadd(HOUR, 2, timestamp'2016-01-01 00:00:00')",
        "timestampdiff(MINUTE, timestamp'2016-01-01 00:00:00', timestamp'2016-01-01 01:30:00')",
    ]
    yield from ctx.expressions(expressions)
    yield "no such day", ctx.error(lambda: spark.sql("SELECT make_date(2015, 2, 29)").collect())
