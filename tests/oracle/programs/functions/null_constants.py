"""What do functions say of None where they take a constant?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.sql("select array(1, 2) as l, map('a', 1) as m, date'2026-03-04' as d, 'abc' as s")
    calls = {
        "array_append": lambda: F.array_append("l", None),
        "array_prepend": lambda: F.array_prepend("l", None),
        "array_contains": lambda: F.array_contains("l", None),
        "array_position": lambda: F.array_position("l", None),
        "array_remove": lambda: F.array_remove("l", None),
        "element_at": lambda: F.element_at("l", None),
        "element_at of a map": lambda: F.element_at("m", None),
        "concat_ws": lambda: F.concat_ws(None, "s", "s"),
        "date_format": lambda: F.date_format("d", None),
        "date_trunc": lambda: F.date_trunc(None, "d"),
        "trunc": lambda: F.trunc("d", None),
        "to_date": lambda: F.to_date("s", None),
    }
    for label, call in calls.items():
        yield label, ctx.outcome(lambda call=call: df.select(call()).first()[0])
        yield f"{label}: name", ctx.outcome(lambda call=call: df.select(call()).columns)
