"""What are functions that are made in SQL: their forms, calls, errors, lists and ends?"""

STATEMENTS = [
    "CREATE FUNCTION sf_add(x INT, y INT DEFAULT 10) RETURNS INT RETURN x + y",
    "SELECT sf_add(1, 2)",
    "SELECT sf_add(1)",
    "SELECT sf_add(y => 5, x => 1)",
    "SELECT sf_add(x => 1)",
    "SELECT sf_add(x => 1, x => 2)",
    "SELECT sf_add(1, z => 2)",
    "SELECT sf_add()",
    "SELECT sf_add(1, 2, 3)",
    "SELECT sf_add('7', 2)",
    "SELECT sf_add('a', 2)",
    "SELECT sf_add(NULL, 2)",
    "SELECT sf_add(1.7, 2)",
    "SELECT sf_add(date'2020-01-01', 2)",
    "SELECT default.sf_add(1, 2) AS a, spark_catalog.default.sf_add(1, 2) AS b",
    "SELECT sf_add(id, id) AS s FROM range(3) WHERE sf_add(id, 1) > 1 ORDER BY sf_add(id, 0) DESC",
    "SELECT sum(sf_add(id, 1)) AS s, sf_add(count(*), 1) c FROM range(3)",
    "SELECT sf_add(id, 1) AS k, count(*) FROM range(3) GROUP BY sf_add(id, 1) ORDER BY k",
    "SELECT sf_add(sf_add(1, 2), sf_add(3)) AS nested",
    "CREATE FUNCTION sf_add(x INT) RETURNS INT RETURN x",
    "CREATE FUNCTION IF NOT EXISTS sf_add(x INT) RETURNS INT RETURN x",
    "CREATE OR REPLACE FUNCTION sf_add(x INT, y INT DEFAULT 10) RETURNS BIGINT COMMENT 'adds two' RETURN x + y",
    "CREATE OR REPLACE FUNCTION IF NOT EXISTS sf_add(x INT) RETURNS INT RETURN x",
    "SELECT typeof(sf_add(1, 2)) t, sf_add(1, 2) v",
    "DESCRIBE FUNCTION sf_add",
    "DESCRIBE FUNCTION EXTENDED sf_add",
    "SHOW USER FUNCTIONS",
    "SHOW USER FUNCTIONS LIKE 'sf*'",
    "SHOW USER FUNCTIONS IN default LIKE 'sf*'",
    "CREATE FUNCTION sf_one() RETURNS INT RETURN 1",
    "SELECT sf_one(), sf_one() + 1 AS two",
    "CREATE FUNCTION sf_infer(x INT) RETURN x * 2.5",
    "SELECT sf_infer(2) v, typeof(sf_infer(2)) t",
    "CREATE FUNCTION sf_text(s STRING) RETURNS STRING LANGUAGE SQL DETERMINISTIC CONTAINS SQL RETURN upper(s) || '!'",
    "SELECT sf_text('a'), sf_text(12)",
    "CREATE FUNCTION sf_cast(x INT) RETURNS STRING RETURN x + 1",
    "SELECT sf_cast(1) v, typeof(sf_cast(1)) t",
    "CREATE FUNCTION sf_bad(x INT) RETURNS INT RETURN nope",
    "CREATE FUNCTION sf_bad(x INT) RETURNS INT RETURN nope(x)",
    "CREATE FUNCTION sf_bad(x INT) RETURNS DATE RETURN x",
    "CREATE FUNCTION sf_bad(x INT, x INT) RETURNS INT RETURN x",
    "CREATE FUNCTION sf_bad(x INT DEFAULT 1, y INT) RETURNS INT RETURN x",
    "CREATE FUNCTION sf_bad(x INT DEFAULT 'a') RETURNS INT RETURN x",
    "CREATE FUNCTION sf_bad(x INT) RETURNS INT RETURN sum(x)",
    "CREATE FUNCTION sf_bad(x INT) RETURNS INT RETURN row_number() OVER (ORDER BY x)",
    "CREATE FUNCTION sf_bad(x INT) RETURNS INT RETURN explode(array(x))",
    "CREATE FUNCTION sf_bad(x NOSUCH) RETURNS INT RETURN x",
    "CREATE FUNCTION sf_bad(x INT) RETURNS INT",
    "CREATE FUNCTION sf_bad(x INT NOT NULL) RETURNS INT RETURN x",
    "CREATE FUNCTION sf_self(x INT) RETURNS INT RETURN sf_self(x)",
    "CREATE FUNCTION sf_twice(x INT) RETURNS INT RETURN sf_one() + sf_add(x, x)",
    "SELECT sf_twice(4)",
    "CREATE FUNCTION sf_query(k INT) RETURNS BIGINT RETURN SELECT count(*) FROM range(10) WHERE id < k",
    "SELECT sf_query(4)",
    "SELECT id, sf_query(CAST(id AS INT)) n FROM range(3)",
    "CREATE FUNCTION sf_sub(k INT) RETURNS BIGINT RETURN (SELECT max(id) FROM range(10))",
    "SELECT sf_sub(4)",
    "CREATE FUNCTION sf_case(x INT) RETURNS STRING RETURN CASE WHEN x < 0 THEN 'neg' WHEN x = 0 THEN 'zero' ELSE 'pos' END",
    "SELECT id, sf_case(CAST(id AS INT) - 1) c FROM range(3)",
    "CREATE FUNCTION sf_arr(a ARRAY<INT>) RETURNS ARRAY<INT> RETURN transform(a, e -> e + 1)",
    "SELECT sf_arr(array(1, 2))",
    "CREATE FUNCTION sf_rows(n INT) RETURNS TABLE (id BIGINT, sq BIGINT) RETURN SELECT id, id * id FROM range(10) WHERE id < n",
    "SELECT * FROM sf_rows(3) ORDER BY id",
    "SELECT r.sq FROM sf_rows(n => 2) AS r ORDER BY 1",
    "SELECT t.id AS n, s.sq FROM range(1, 3) t, LATERAL sf_rows(t.id) s ORDER BY 1, 2",
    "SELECT sf_rows(3)",
    "SELECT * FROM sf_add(1, 2)",
    "SELECT * FROM sf_rows()",
    "SELECT * FROM sf_rows('x')",
    "CREATE FUNCTION sf_rows2() RETURNS TABLE (a INT) RETURN SELECT 1, 2",
    "CREATE FUNCTION sf_rows2() RETURNS TABLE (a STRING) RETURN SELECT 1",
    "SELECT * FROM sf_rows2()",
    "CREATE FUNCTION sf_rows3() RETURNS TABLE RETURN SELECT 1 AS a, 'x' AS b",
    "SELECT * FROM sf_rows3()",
    "DESCRIBE FUNCTION EXTENDED sf_rows",
    "CREATE TEMPORARY FUNCTION sf_tmp(x INT) RETURNS INT RETURN x * 100",
    "SELECT sf_tmp(2)",
    "DESCRIBE FUNCTION sf_tmp",
    "CREATE TEMPORARY FUNCTION sf_tmp(x INT) RETURNS INT RETURN x * 100",
    "CREATE OR REPLACE TEMPORARY FUNCTION sf_tmp(x INT) RETURNS INT RETURN x * 1000",
    "CREATE TEMPORARY FUNCTION IF NOT EXISTS sf_tmp(x INT) RETURNS INT RETURN x",
    "CREATE TEMPORARY FUNCTION default.sf_tmp2(x INT) RETURNS INT RETURN x",
    "SELECT sf_tmp(2)",
    "CREATE FUNCTION sf_uses(x INT) RETURNS INT RETURN sf_tmp(x)",
    "SHOW USER FUNCTIONS LIKE 'sf_t*'",
    "SHOW FUNCTIONS LIKE 'sf_t*'",
    "CREATE TEMPORARY FUNCTION upper(x STRING) RETURNS STRING RETURN 'mine'",
    "SELECT upper('a')",
    "CREATE FUNCTION abs(x INT) RETURNS INT RETURN 0",
    "SELECT abs(-1)",
    "SELECT default.abs(-1)",
    "CREATE VIEW sf_view AS SELECT sf_add(id, 1) AS v FROM range(2)",
    "SELECT * FROM sf_view ORDER BY v",
    "CREATE VIEW sf_view2 AS SELECT sf_tmp(1) AS v",
    "DROP FUNCTION sf_add",
    "SELECT sf_add(1, 2)",
    "SELECT * FROM sf_view",
    "DROP FUNCTION sf_add",
    "DROP FUNCTION IF EXISTS sf_add",
    "DROP FUNCTION sf_tmp",
    "DROP TEMPORARY FUNCTION sf_tmp",
    "DROP TEMPORARY FUNCTION sf_tmp",
    "DROP TEMPORARY FUNCTION IF EXISTS sf_tmp",
    "DROP TEMPORARY FUNCTION upper",
    "DROP FUNCTION upper",
    "DROP FUNCTION nosuch.sf_one",
    "CREATE FUNCTION nosuch.sf_x(x INT) RETURNS INT RETURN x",
    "CREATE DATABASE sf_db",
    "CREATE FUNCTION sf_db.inside(x INT) RETURNS INT RETURN x + 7",
    "SELECT sf_db.inside(1)",
    "SELECT inside(1)",
    "USE sf_db",
    "SELECT inside(1)",
    "SHOW USER FUNCTIONS",
    "USE default",
    "DROP DATABASE sf_db",
    "DROP DATABASE sf_db CASCADE",
    "CREATE FUNCTION sf_java AS 'com.example.Fn'",
    "SELECT sf_java(1)",
    "CREATE FUNCTION sf_py(x INT) RETURNS INT LANGUAGE PYTHON AS 'return x'",
    "CREATE FUNCTION sf_scan(x INT) RETURNS INT RETURN SELECT x FROM range(1)",
    "SELECT sf_scan(3)",
    "REFRESH FUNCTION sf_one",
    "SELECT sf_one(1)",
]


def clean(spark):
    spark.sql("USE default")
    for view in ("sf_view", "sf_view2"):
        spark.sql(f"DROP VIEW IF EXISTS {view}")
    spark.sql("DROP DATABASE IF EXISTS sf_db CASCADE")
    for (name,) in spark.sql("SHOW USER FUNCTIONS").collect():
        kind = "" if name.startswith("spark_catalog.") else "TEMPORARY "
        spark.sql(f"DROP {kind}FUNCTION IF EXISTS {name}")


def run(spark, ctx):
    try:
        yield from answers(spark, ctx)
    finally:
        clean(spark)


def described(spark, statement):
    """Without the line that holds a moment."""
    return [line for (line,) in spark.sql(statement).collect() if "Create Time" not in line]


def answers(spark, ctx):
    for number, statement in enumerate(STATEMENTS):
        if statement.startswith("DESCRIBE FUNCTION EXTENDED"):
            yield f"{number} {statement}", ctx.outcome(lambda s=statement: described(spark, s))
        else:
            yield f"{number} {statement}", ctx.statement(statement)
    listed = [f for f in spark.catalog.listFunctions() if f.name.startswith("sf_")]
    yield "listFunctions", sorted([f.name, f.namespace, f.isTemporary] for f in listed)
    yield (
        "functionExists",
        [
            spark.catalog.functionExists("sf_one"),
            spark.catalog.functionExists("default.sf_one"),
            spark.catalog.functionExists("sf_add"),
        ],
    )
    yield "getFunction", ctx.outcome(lambda: [*spark.catalog.getFunction("sf_one")][:3])
    from pyspark.sql import functions as sf

    yield (
        "call_function",
        ctx.outcome(
            lambda: [
                [*r]
                for r in spark.range(2)
                .select(sf.call_function("sf_infer", sf.col("id").cast("int")))
                .collect()
            ]
        ),
    )
    yield "expr", spark.range(2).selectExpr("sf_one()", "sf_case(CAST(id AS INT)) AS c")
    yield (
        "another session",
        ctx.outcome(lambda: [[*r] for r in spark.newSession().sql("SELECT sf_one()").collect()]),
    )
