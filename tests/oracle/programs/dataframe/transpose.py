"""What does transpose make of rows: names, order, types, nulls and errors?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([("B", 3, 4), ("A", 1, 2)], "id string, val1 int, val2 int")
    yield "first column", ctx.ordered(df.transpose())
    yield "by name", ctx.ordered(df.drop("id").transpose("val1"))
    yield "text beside numbers", ctx.error(lambda: df.transpose("val1"))
    yield "by column", ctx.ordered(df.drop("id").transpose(F.col("val2")))
    mixed = spark.createDataFrame(
        [("x", 1, 2.5, None), (None, 2, 3.5, 7), ("y", None, 0.1, 8)],
        "k string, a int, b double, c bigint",
    )
    yield "common type and a null name", ctx.ordered(mixed.transpose())
    yield "types", mixed.transpose().dtypes
    yield "no rows", ctx.ordered(df.where("false").transpose())
    yield "no rows, types", df.where("false").transpose().dtypes
    yield "one column", ctx.ordered(df.select("id").transpose())
    yield "numbers as names", ctx.ordered(df.select("val1", "val2").transpose())
    date = spark.sql("select date'2026-01-02' as d, 2 as y, 3L as z")
    yield "a date as name", ctx.ordered(date.transpose())
    pairs = {
        "decimal and int": "1.5BD, 2",
        "wide decimal and int": "cast(1 as decimal(12, 1)), 2",
        "two decimals": "1.5BD, 10.25BD",
        "float and long": "cast(1.5 as float), 2L",
        "byte and short": "1Y, 2S",
        "byte and float": "1Y, cast(1.5 as float)",
        "float and double": "cast(1.5 as float), 2.5D",
        "null and int": "null, 2",
        "null alone": "null, null",
        "booleans": "true, false",
        "boolean and int": "true, 1",
        "arrays": "array(1), array(2L)",
        "structs": "named_struct('a', 1), named_struct('a', 2)",
    }
    for label, pair in pairs.items():
        frame = spark.sql(f"select 'n' as name, t.* from (select {pair}) as t(a, b)")
        yield label, ctx.outcome(lambda f=frame: [str(f.transpose().dtypes), *_rows(f.transpose())])
    many = spark.createDataFrame([(10, 1), (9, 2), (100, 3)], "n int, v int")
    yield "order of numbers", ctx.ordered(many.transpose())
    words = spark.createDataFrame([("A", 1, "x")], "id string, n int, s string")
    yield "number and text", ctx.outcome(lambda: words.transpose().dtypes)
    lists = spark.sql("select 'A' as id, array(1) as l, 1 as n")
    yield "no common type", ctx.error(lambda: lists.transpose())
    yield "name of a list", ctx.error(lambda: lists.transpose("l"))
    yield "not a column", ctx.error(lambda: df.transpose(df.val1 + 1))
    yield "unknown", ctx.error(lambda: df.transpose("nope"))
    spark.conf.set("spark.sql.transposeMaxValues", "1")
    yield "too many", ctx.error(lambda: df.transpose())
    spark.conf.unset("spark.sql.transposeMaxValues")


def _rows(frame):
    return [tuple(row) for row in frame.collect()]
