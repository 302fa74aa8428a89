"""Which joins of a stream with a table are allowed, and what do they give?"""

from pyspark.sql import functions as F

LEFT = "lt TIMESTAMP, lk STRING, lv INT"


def clock(second):
    return f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"


def left(second, k, v=1):
    return {"lt": clock(second), "lk": k, "lv": v}


ROWS = [left(1, "a"), left(2, "b", 2), left(3, None, 3)]
KINDS = ("inner", "cross", "left_outer", "right_outer", "full_outer", "left_semi", "left_anti")


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    names = spark.createDataFrame(
        [("a", "Anna"), ("a", "Adam"), ("c", "Carl"), (None, "None")], "rk STRING, name STRING"
    )
    for side in ("stream first", "table first"):
        for kind in KINDS:

            def build(source, side=side, kind=kind):
                stream = source("l", LEFT)
                first, second = (stream, names) if side == "stream first" else (names, stream)
                return first.join(second, F.expr("lk = rk"), kind)

            yield from ctx.steps(f"{side}, {kind}", build, "append", [{"l": ROWS}])
