"""What a Row is to the program that collects it."""

from pyspark.sql import Row


def run(spark, ctx):
    df = spark.createDataFrame(
        [(1, "x", (2.5, [1]))], "a int, b string, s struct<d:double,l:array<int>>"
    )
    row = df.first()
    yield "row", row
    yield "texts", [repr(row), str(row)]
    yield "by position, name and attribute", [row[0], row["b"], row.s, row.s.d]
    yield "as a map", row.asDict()
    yield "as nested maps", row.asDict(recursive=True)
    yield "length and order", [len(row), list(row)[:2]]
    yield "membership", ["a" in row, "zz" in row]
    yield "equal to a tuple", row[:2] == (1, "x")
    yield "unknown attribute", ctx.error(lambda: row.zz)
    yield "unknown key", ctx.error(lambda: row["zz"])
    yield "unknown position", ctx.error(lambda: row[9])
    yield "made by hand", Row(name="A", age=5)
    Person = Row("name", "age")
    yield "made by a template", Person("B", 6)
    yield "a count column", spark.range(3).groupBy().count().first()["count"]
    yield "a count column by attribute", callable(spark.range(3).groupBy().count().first().count)
