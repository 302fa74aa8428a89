"""What is a temporary view with USING and OPTIONS?"""


def run(spark, ctx):
    csv = ctx.write_lines("rows.csv", ["a;b", "1;x", "2;y"])
    folder = ctx.path("table")
    spark.range(3).write.parquet(folder)
    spark.sql(
        f"CREATE TEMPORARY VIEW rows USING csv OPTIONS (path '{csv}', header 'true', sep ';')"
    )
    yield "csv", spark.sql("SELECT * FROM rows ORDER BY a")
    yield (
        "again",
        ctx.error(lambda: spark.sql(f"CREATE TEMP VIEW rows USING csv OPTIONS (path '{csv}')")),
    )
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW rows (a INT, b STRING) USING CSV "
        f"OPTIONS (path = '{csv}', header = true, sep = ';')"
    )
    yield "with columns", spark.sql("SELECT a + 1 AS c, b FROM rows ORDER BY a")
    spark.sql(f"CREATE TEMP VIEW numbers USING parquet OPTIONS ('path' '{folder}')")
    yield "parquet", spark.table("numbers").orderBy("id")
    spark.range(3, 5).write.mode("append").parquet(folder)
    yield "files that came later", spark.sql("SELECT count(*) n FROM numbers")
    spark.sql(
        "CREATE GLOBAL TEMPORARY VIEW everywhere USING parquet OPTIONS (path '" + folder + "')"
    )
    yield "global", spark.sql("SELECT max(id) m FROM global_temp.everywhere")
    yield (
        "if not exists",
        ctx.error(
            lambda: spark.sql(f"CREATE TEMP VIEW IF NOT EXISTS v USING csv OPTIONS (path '{csv}')")
        ),
    )
    yield "unknown", ctx.error(lambda: spark.sql("CREATE TEMP VIEW v USING nothing"))
    yield "no path", ctx.error(lambda: spark.sql("CREATE TEMP VIEW v USING csv"))
    yield (
        "qualified",
        ctx.error(lambda: spark.sql(f"CREATE TEMP VIEW a.v USING csv OPTIONS (path '{csv}')")),
    )
    yield (
        "not temporary",
        ctx.error(lambda: spark.sql(f"CREATE VIEW v USING csv OPTIONS (path '{csv}')")),
    )
    for view in ("rows", "numbers"):
        spark.catalog.dropTempView(view)
    spark.catalog.dropGlobalTempView("everywhere")
