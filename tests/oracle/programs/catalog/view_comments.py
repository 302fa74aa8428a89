"""Comments of temporary views."""


def run(spark, ctx):
    spark.sql("CREATE TEMPORARY VIEW lo_a COMMENT 'what it is' AS SELECT 1 AS a")
    spark.sql("CREATE OR REPLACE GLOBAL TEMPORARY VIEW lo_g COMMENT 'for all' AS SELECT 2 AS b")
    spark.range(1).createOrReplaceTempView("lo_b")
    tables = spark.catalog.listTables()
    yield "descriptions", sorted([t.name, t.description] for t in tables if t.name[:3] == "lo_")
    yield "of one", spark.catalog.getTable("lo_a").description
    yield (
        "of all sessions",
        [
            [t.name, t.description]
            for t in spark.catalog.listTables("global_temp")
            if t.name == "lo_g"
        ],
    )
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW lo_a AS SELECT 1 AS a")
    yield "replaced", spark.catalog.getTable("lo_a").description
    spark.catalog.dropGlobalTempView("lo_g")
