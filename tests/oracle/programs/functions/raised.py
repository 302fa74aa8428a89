"""What do raise_error and assert_true give, and when do they fail?"""

from pyspark.sql import functions as F

CALLS = [
    "assert_true(v > 0)",
    "assert_true(v > 0, 'too small')",
    "assert_true(v > 5, 'too small')",
    "assert_true(v > 5, concat('too ', s))",
    "assert_true(v > 5)",
    "assert_true(NULL)",
    "assert_true(v)",
    "assert_true(s)",
    "assert_true()",
    "assert_true(true, 'a', 'b')",
    "assert_true(true, 1)",
    "raise_error('mine')",
    "raise_error(s)",
    "raise_error(NULL)",
    "raise_error(1)",
    "raise_error()",
    "raise_error('a', 'b')",
    "raise_error('USER_RAISED_EXCEPTION', map('errorMessage', 'by class'))",
    "raise_error('VIEW_NOT_FOUND', map('relationName', 'v'))",
    "if(v > 5, raise_error('big'), 'small')",
    "coalesce(s, raise_error('none'))",
    "CASE WHEN v > 0 THEN v ELSE raise_error('x') END",
]


def run(spark, ctx):
    df = spark.createDataFrame([(1, "bad")], "v INT, s STRING")
    df.createOrReplaceTempView("t")
    yield from ctx.cells(CALLS, "FROM t")
    yield "a raised error is typed", df.select(F.raise_error("x")).schema.simpleString()
    yield "by calls", ctx.error(lambda: df.select(F.raise_error(F.col("s"))).collect())
    yield (
        "assertion by calls",
        ctx.error(lambda: df.select(F.assert_true(df.v > 1, "m")).collect()),
    )
    yield "assertion that holds", df.select(F.assert_true(df.v == 1))
    yield "none is computed", df.where("v > 5").select(F.raise_error("x").alias("e"))
