"""Statements that are no queries: views, SHOW, DESCRIBE, EXPLAIN, DROP."""


def run(spark, ctx):
    yield (
        "create view",
        spark.sql("CREATE OR REPLACE TEMP VIEW v AS SELECT 1 AS a, 'x' AS b").collect(),
    )
    yield "used", spark.table("v")
    yield "create again", ctx.error(lambda: spark.sql("CREATE TEMP VIEW v AS SELECT 2"))
    yield (
        "create if not there",
        ctx.outcome(lambda: spark.sql("CREATE TEMPORARY VIEW w(p) AS SELECT 2").collect()),
    )
    yield "show views", spark.sql("SHOW VIEWS")
    yield "describe", spark.sql("DESCRIBE v")
    yield "columns", spark.sql("SHOW COLUMNS IN v")
    yield "explain", spark.sql("EXPLAIN SELECT 1").columns
    yield (
        "cache",
        [
            spark.sql("CACHE TABLE v").collect(),
            spark.catalog.isCached("v"),
            spark.sql("UNCACHE TABLE v").collect(),
        ],
    )
    yield "drop", spark.sql("DROP VIEW v").collect()
    yield "drop what is not there", ctx.error(lambda: spark.sql("DROP VIEW v"))
    yield "drop if there", spark.sql("DROP VIEW IF EXISTS v").collect()
