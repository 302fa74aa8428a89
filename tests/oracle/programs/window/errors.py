"""Lengths that are none, slides longer than the window, months, and missing columns."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.sql("SELECT timestamp_seconds(0) AS time")
    bad = {
        "no length": ("soon",),
        "empty": ("",),
        "number only": ("10",),
        "unknown unit": ("5 moons",),
        "negative": ("-1 hour",),
        "zero": ("0 seconds",),
        "month": ("1 month",),
        "year": ("1 year",),
        "slide too long": ("1 hour", "2 hours"),
        "slide zero": ("1 hour", "0 seconds"),
        "slide negative": ("1 hour", "-5 minutes"),
        "start too late": ("1 hour", "1 hour", "2 hours"),
    }
    for label, arguments in bad.items():
        yield label, ctx.error(lambda arguments=arguments: df.select(F.window("time", *arguments)))
    yield "missing column", ctx.error(lambda: df.select(F.window("tim", "1 hour")))
    yield "a number as length", ctx.error(lambda: F.window("time", 10))
    yield (
        "two windows",
        ctx.outcome(
            lambda: df.select(F.window("time", "1 hour"), F.window("time", "2 hours")).count()
        ),
    )
