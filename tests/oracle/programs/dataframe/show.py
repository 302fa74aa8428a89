"""show: truncation, vertical, empty, null, wide letters, numbers to the right."""

import datetime
from decimal import Decimal


def run(spark, ctx):
    df = spark.createDataFrame(
        [
            (1, "short", 1.0),
            (-22, "a text that is longer than twenty letters", None),
            (None, "", 1e20),
        ],
        "n int, t string, d double",
    )
    yield "default", ctx.shown(df)
    yield "two rows", ctx.shown(df, 2)
    yield "no truncation", ctx.shown(df, truncate=False)
    yield "ten letters", ctx.shown(df, truncate=10)
    yield "three letters", ctx.shown(df, truncate=3)
    yield "vertical", ctx.shown(df, vertical=True)
    yield "vertical, one, untruncated", ctx.shown(df, 1, False, True)
    yield "empty", ctx.shown(df.limit(0))
    yield "empty vertical", ctx.shown(df.limit(0), vertical=True)
    yield "no columns", ctx.shown(df.select())
    yield "zero rows", ctx.shown(df, 0)
    wide = spark.createDataFrame(
        [("河流の流れ", "é"), ("x", "naïve 😀"), ("tab\tline\nend", "\\")], "a string, `b c` string"
    )
    yield "wide letters", ctx.shown(wide)
    yield "twenty-one rows", ctx.shown(spark.range(21))
    yield "one more", ctx.shown(spark.range(3), 2)
    values = spark.createDataFrame(
        [
            (
                True,
                b"\x01\xff",
                datetime.date(2020, 1, 2),
                datetime.datetime(2020, 1, 2, 3, 4, 5, 600),
                Decimal("1.50"),
            )
        ],
        "b boolean, x binary, d date, t timestamp, m decimal(10,2)",
    )
    yield "types", ctx.shown(values)
    yield "bad number", ctx.error(lambda: df.show("ten"))
    yield "bad truncation", ctx.error(lambda: df.show(truncate="long"))
    yield "bad vertical", ctx.error(lambda: df.show(vertical="yes"))
