"""Tables, views and databases that are not there."""


def run(spark, ctx):
    yield "sql", ctx.error(lambda: spark.sql("SELECT * FROM nowhere"))
    yield "table", ctx.error(lambda: spark.table("nowhere"))
    yield "two parts", ctx.error(lambda: spark.sql("SELECT * FROM db.nowhere"))
    yield "three parts", ctx.error(lambda: spark.table("a.b.c"))
    yield (
        "in a join",
        ctx.error(lambda: spark.sql("SELECT * FROM range(3) r\nJOIN nowhere n ON r.id = n.id")),
    )
    yield "stream table", ctx.error(lambda: spark.readStream.table("nowhere"))
    yield "table function", ctx.error(lambda: spark.sql("SELECT * FROM no_such(5)"))
    yield "bad name", ctx.error(lambda: spark.table("a b"))
    yield "after drop", ctx.error(lambda: drop_and_read(spark))
    yield "cache", ctx.error(lambda: spark.catalog.cacheTable("nowhere"))


def drop_and_read(spark):
    spark.range(1).createOrReplaceTempView("gone")
    df = spark.table("gone")
    spark.catalog.dropTempView("gone")
    assert df.count() == 1
    spark.table("gone")
