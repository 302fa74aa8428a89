"""Interval literals and their types, and times moved by them."""


def run(spark, ctx):
    lengths = [
        "interval 30 minutes",
        "interval '30' minute",
        "interval 1 hour 30 minutes",
        "interval '1 02:03:04.5' day to second",
        "interval 2 weeks",
        "interval '-5' second",
        "interval 1.5 seconds",
        "-interval 3 days",
        "interval 2 hours + interval 5 minutes",
        "interval 1 day * 3",
        "interval 1 hour / 2",
        "interval '10:30' hour to minute",
        "interval 1 hour > interval 59 minutes",
        "timestamp'2016-07-26 00:00:00' + interval 90 minutes",
        "make_dt_interval(0, 1, 2, 3.5)",
    ]
    yield from ctx.expressions(lengths)
    yield from ctx.expressions([f"cast({text} AS string)" for text in lengths])
    months = [
        "interval 1 month",
        "interval 2 years 3 months",
        "interval '1-2' year to month",
        "date'2016-01-31' + interval 1 month",
    ]
    yield from ctx.expressions([f"cast({text} AS string)" for text in months])
    yield from ctx.expressions([f"typeof({text})" for text in months])
    yield (
        "shown",
        ctx.shown(
            spark.sql("SELECT interval 90 minutes AS a, interval 14 months AS b"), truncate=False
        ),
    )
    yield "unknown unit", ctx.error(lambda: spark.sql("SELECT interval 5 moons"))
    yield "names", spark.sql("SELECT interval 30 minutes, interval 1 day 2 hours").columns
