"""Does unpivot of a stream run, with and without an aggregation above?"""

SCHEMA = "k STRING, a INT, b INT"


def run(spark, ctx):
    def plain(source):
        return source("a", SCHEMA).unpivot("k", ["a", "b"], "name", "val")

    def counted(source):
        return plain(source).groupBy("name").sum("val")

    def in_sql(source):
        source("a", SCHEMA).createOrReplaceTempView("s")
        return spark.sql("SELECT * FROM s UNPIVOT (val FOR name IN (a, b))")

    steps = [{"a": [{"k": "x", "a": 1, "b": 2}]}, {"a": [{"k": "y", "a": 3}]}]
    yield from ctx.steps("plain", plain, "append", steps)
    yield from ctx.steps("counted", counted, "update", steps)
    yield from ctx.steps("sql", in_sql, "append", steps)
