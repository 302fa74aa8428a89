"""IDENTIFIER('…'): names that are values, in tables, columns, functions and statements."""

QUERIES = [
    "SELECT * FROM identifier('t')",
    "SELECT * FROM IDENTIFIER('T') AS u WHERE u.a = 1",
    "SELECT * FROM identifier('t') u JOIN identifier('t') v ON u.a = v.a",
    "SELECT identifier('a') FROM t",
    "SELECT identifier('A') FROM t",
    "SELECT identifier('t.a') FROM t",
    "SELECT identifier ( 'a' ), identifier(r'b'), identifier(\"a\") FROM t",
    "SELECT identifier('`a.b`') FROM dotted",
    "SELECT identifier('a.b') FROM dotted",
    "SELECT identifier('s.f') AS f FROM st",
    "SELECT identifier('s').f FROM st",
    "SELECT identifier('t').a FROM t",
    "SELECT t.identifier('a') FROM t",
    "SELECT named_struct('f', 1).identifier('f')",
    "SELECT identifier('upper')(b) FROM t",
    "SELECT identifier('system.builtin.upper')(b) FROM t",
    "SELECT identifier('sum')(a) OVER (ORDER BY a) AS s FROM t",
    "SELECT * FROM identifier('range')(2)",
    "SELECT identifier('nosuch')(1)",
    "SELECT identifier('a' || '') FROM t",
    "SELECT identifier(concat('a', '')) + 1 FROM t",
    "SELECT identifier(upper('a')) FROM t",
    "SELECT sum(identifier('a')) FROM t",
    "SELECT identifier('a') AS c, a AS identifier('z'), a identifier('y') FROM t",
    "SELECT a AS identifier('z' || 'q') FROM t",
    "SELECT identifier('b'), count(*) FROM t GROUP BY identifier('b')",
    "SELECT a FROM t WHERE identifier('a') = 2 ORDER BY identifier('t.a') DESC",
    "SELECT * EXCEPT (identifier('a')) FROM t",
    "SELECT transform(array(1, 2), identifier('q') -> q + 1) AS r",
    "SELECT * FROM t u(identifier('k'), identifier('l'))",
    "SELECT * FROM t JOIN t v USING (identifier('a'))",
    "SELECT * FROM VALUES (1) AS identifier('d')(identifier('m'))",
    "SELECT a, f FROM t LATERAL VIEW explode(array(1)) identifier('e') AS identifier('f')",
    "WITH identifier('w') AS (SELECT 1 AS a) SELECT * FROM identifier('w' || '')",
    "SELECT (SELECT max(identifier('a')) FROM identifier('t')) AS m",
    "SELECT identifier, identifier + 1 AS n FROM (SELECT 1 AS identifier)",
    "SELECT identifier('a') identifier FROM t",
    "SELECT identifier('a', 'b') FROM t",
    "SELECT `identifier`('a') FROM t",
    "SELECT identifier() FROM t",
    "SELECT identifier(b) FROM t",
    "SELECT identifier(rand()) FROM t",
    "SELECT identifier(null) FROM t",
    "SELECT identifier(cast(null AS string)) FROM t",
    "SELECT identifier(1) FROM t",
    "SELECT identifier('') FROM t",
    "SELECT identifier('a b') FROM t",
    "SELECT identifier('a..b') FROM t",
    "SELECT identifier('nope') FROM t",
    "SELECT * FROM identifier('nope')",
    "SELECT * FROM identifier('a b')",
    "SELECT identifier((SELECT 'a')) FROM t",
    "SELECT identifier(current_database()) FROM t",
]

PARAMETERS = [
    ("SELECT * FROM identifier(:n)", {"n": "t"}),
    ("SELECT identifier(:c) FROM identifier(:n) WHERE a = :v", {"n": "t", "c": "a", "v": 2}),
    ("SELECT identifier(:n || '.' || :c) FROM identifier(:n)", {"n": "t", "c": "b"}),
    ("SELECT identifier(:f)(a) FROM t", {"f": "abs"}),
    ("SELECT a AS identifier(:n) FROM t", {"n": "z"}),
    ("SELECT identifier(?), ? AS n FROM identifier(?)", ["a", 7, "t"]),
    ("SELECT * FROM identifier(:n)", {"n": 1}),
    ("SELECT * FROM identifier(:n)", {"n": None}),
    ("SELECT * FROM identifier(:n)", {"n": "t; drop table t"}),
    ("SELECT * FROM identifier(:n)", {}),
]

STATEMENTS = [
    "CREATE OR REPLACE TEMP VIEW identifier('v' || '1') (identifier('q')) AS SELECT 1 AS x",
    "SELECT * FROM v1",
    "CREATE TABLE identifier('i' || 't') (identifier('c1') INT, c2 STRING) USING parquet",
    "DESCRIBE TABLE identifier('it')",
    "INSERT INTO identifier('i' || 't') VALUES (1, 'x')",
    "INSERT INTO identifier('it') (identifier('c1')) VALUES (2)",
    "SELECT * FROM identifier('default.it')",
    "SELECT * FROM identifier('default').it",
    "SELECT * FROM default.identifier('it')",
    "SHOW COLUMNS IN identifier('it')",
    "ALTER TABLE identifier('it') ADD COLUMNS (identifier('c3') INT)",
    "ALTER TABLE identifier('it') RENAME TO identifier('iu')",
    "SELECT * FROM iu",
    "CREATE VIEW identifier('kept' || '1') AS SELECT identifier('c' || '1') FROM identifier('iu')",
    "SELECT * FROM kept1",
    "DROP VIEW kept1",
    "CREATE TABLE IF NOT EXISTS identifier('ctas') USING parquet AS SELECT identifier('c1') FROM iu",
    "SELECT * FROM ctas",
    "DROP TABLE identifier('ctas')",
    "DROP TABLE identifier('i' || 'u')",
    "DROP TABLE IF EXISTS identifier('iu')",
    "DROP VIEW identifier('v1')",
    "CREATE SCHEMA identifier('sch' || '1')",
    "USE identifier('sch1')",
    "USE identifier('default')",
    "DROP SCHEMA identifier('sch1')",
]


def _answer(spark, ctx, query, values=None):
    """The rows with their columns, or the error."""
    try:
        frame = spark.sql(query, values)
        frame.collect()
    except Exception:
        return ctx.error(lambda: spark.sql(query, values).collect())
    return frame


def run(spark, ctx):
    spark.createDataFrame([(1, "x"), (2, "y")], "a int, b string").createOrReplaceTempView("t")
    spark.createDataFrame([(1, "x")], "`a.b` int, c string").createOrReplaceTempView("dotted")
    spark.sql("SELECT named_struct('f', 5) AS s").createOrReplaceTempView("st")
    for query in QUERIES:
        yield query, _answer(spark, ctx, query)
    for query, values in PARAMETERS:
        yield f"{query} {values}", _answer(spark, ctx, query, values)
    for statement in STATEMENTS:
        yield (
            statement,
            # Which file of a table comes first is not what is asked.
            ctx.outcome(
                lambda statement=statement: sorted(spark.sql(statement).collect(), key=str)
            ),
        )
    from pyspark.sql import functions as F

    frame = spark.table("t")
    yield "expr", frame.select(F.expr("identifier('a' || '')"))
    yield "selectExpr", frame.selectExpr("identifier('a') + 1 AS n")
    yield "where", frame.where("identifier('a') = 1")
