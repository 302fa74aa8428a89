"""Comments of temporary views, DESCRIBE QUERY of values, words of SQL, logs of workers."""


def run(spark, ctx):
    spark.sql("CREATE TEMPORARY VIEW lo_a COMMENT 'what it is' AS SELECT 1 AS a")
    spark.sql("CREATE OR REPLACE GLOBAL TEMPORARY VIEW lo_g COMMENT 'for all' AS SELECT 2 AS b")
    spark.range(1).createOrReplaceTempView("lo_b")
    tables = spark.catalog.listTables()
    yield "descriptions", sorted([t.name, t.description] for t in tables if t.name[:3] == "lo_")
    yield "of one", spark.catalog.getTable("lo_a").description
    yield (
        "of all sessions",
        sorted(
            [t.name, t.description]
            for t in spark.catalog.listTables("global_temp")
            if t.name == "lo_g"
        ),
    )
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW lo_a AS SELECT 1 AS a")
    yield "replaced", spark.catalog.getTable("lo_a").description
    yield "described", ctx.statement("DESCRIBE QUERY VALUES (1, 'a'), (2, 'b')")
    yield "described with names", ctx.statement("DESCRIBE QUERY VALUES (1, 'a') AS t(x, y)")
    yield "described without the word", ctx.statement("DESC VALUES (1) AS t(x)")
    yield "values with names", ctx.statement("VALUES (1, 'a'), (2, NULL) AS t(x, y)")
    yield "word", spark.tvf.sql_keywords().where("keyword in ('SELECT', 'ZONE', 'ABC', 'AT')")
    yield "words", spark.tvf.sql_keywords().groupBy("reserved").count()
    yield "words in sql", spark.sql("SELECT * FROM sql_keywords() WHERE keyword LIKE 'Y%'")
    yield "logs", ctx.outcome(lambda: spark.tvf.python_worker_logs().collect())
    yield (
        "merge",
        ctx.error(
            lambda: (
                spark.range(1)
                .mergeInto("lo_a", spark.range(1).id == 1)
                .whenMatched()
                .delete()
                .merge()
            )
        ),
    )
    spark.catalog.dropGlobalTempView("lo_g")
    function = spark.catalog.getFunction("count")
    yield (
        "function",
        [
            function.name,
            function.catalog,
            function.namespace,
            function.description,
            function.className,
            function.isTemporary,
        ],
    )
