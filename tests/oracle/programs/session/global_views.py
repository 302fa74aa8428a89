"""Global temporary views: every session of the program sees them, and each its own beside."""


def run(spark, ctx):
    other = spark.newSession()
    spark.range(2).createOrReplaceGlobalTempView("shared")
    spark.range(3).createOrReplaceTempView("own")
    yield "seen by another session", other.table("global_temp.shared")
    yield "in SQL", other.sql("SELECT count(*) AS n FROM global_temp.shared")
    yield "its own is not", ctx.error(lambda: other.table("own"))
    yield "not made twice", ctx.error(lambda: other.range(1).createGlobalTempView("shared"))
    other.range(5).createOrReplaceGlobalTempView("shared")
    yield "replaced by the other", spark.table("global_temp.shared").count()
    yield (
        "listed",
        sorted(table.name for table in other.catalog.listTables("global_temp")),
    )
    yield "dropped by the other", other.catalog.dropGlobalTempView("shared")
    yield "gone", ctx.error(lambda: spark.table("global_temp.shared"))
    later = other.newSession()
    later.sql("CREATE GLOBAL TEMP VIEW made AS SELECT 1 AS a")
    yield "of a session of a session", spark.table("global_temp.made")
    yield "dropped", spark.catalog.dropGlobalTempView("made")
