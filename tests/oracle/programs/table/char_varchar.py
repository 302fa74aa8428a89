"""What are CHAR(n) and VARCHAR(n): in tables, in writes, in comparisons, in schemas and casts?"""

import json

STATEMENTS = [
    "CREATE TABLE cv_a (c CHAR(5), v VARCHAR(3), s STRING) USING parquet",
    "DESCRIBE cv_a",
    "SHOW CREATE TABLE cv_a",
    "INSERT INTO cv_a VALUES ('ab', 'xy', 'st'), ('abcde', 'xyz', 'st')",
    "SELECT c, v, length(c), length(v) FROM cv_a ORDER BY v",
    "INSERT INTO cv_a VALUES ('abcdef', 'x', 's')",
    "INSERT INTO cv_a VALUES ('abcde   ', 'x', 'blanks are cut')",
    "INSERT INTO cv_a VALUES ('a', 'x     ', 'blanks are cut')",
    "INSERT INTO cv_a VALUES ('a', 'xyzw', 's')",
    "INSERT INTO cv_a VALUES (NULL, NULL, NULL)",
    "INSERT INTO cv_a VALUES (1, 12, 's')",
    "INSERT INTO cv_a VALUES ('é', 'éèà', 'letters')",
    "SELECT concat('[', c, ']') c, concat('[', v, ']') v, s FROM cv_a ORDER BY s, c, v",
    "SELECT c FROM cv_a WHERE c = 'ab'",
    "SELECT c FROM cv_a WHERE 'ab   ' = c",
    "SELECT c FROM cv_a WHERE c = 'ab       '",
    "SELECT c FROM cv_a WHERE c IN ('ab', 'abcde', 'abcdef') ORDER BY c",
    "SELECT v FROM cv_a WHERE v = 'xy '",
    "SELECT c FROM cv_a WHERE c > 'ab' ORDER BY c",
    "SELECT c FROM cv_a WHERE c LIKE 'ab'",
    "SELECT c = concat('a', 'b') AS e FROM cv_a WHERE s = 'st' ORDER BY e",
    "SELECT l.c FROM cv_a l JOIN cv_b r ON l.c = r.c",
    "CREATE TABLE cv_b (c CHAR(8), a ARRAY<CHAR(3)>, m MAP<VARCHAR(2), CHAR(2)>, t STRUCT<x: VARCHAR(2)>) USING parquet",
    "INSERT INTO cv_b VALUES ('ab', array('a', 'bcd'), map('k', 'v'), struct('x'))",
    "INSERT INTO cv_b VALUES ('ab', array('abcd'), map('k', 'v'), struct('x'))",
    "INSERT INTO cv_b VALUES ('ab', array('a'), map('kkk', 'v'), struct('x'))",
    "INSERT INTO cv_b VALUES ('ab', array('a'), map('k', 'vvv'), struct('x'))",
    "INSERT INTO cv_b VALUES ('ab', array('a'), map('k', 'v'), struct('xxx'))",
    "SELECT * FROM cv_b",
    "DESCRIBE cv_b",
    "SELECT l.c, r.c FROM cv_a l JOIN cv_b r ON l.c = r.c",
    "SELECT count(*) FROM cv_a l WHERE l.c IN (SELECT c FROM cv_b)",
    "CREATE TABLE cv_c (v VARCHAR(2), c CHAR(3)) USING json PARTITIONED BY (c)",
    "INSERT INTO cv_c VALUES ('a', 'p'), ('b', 'pqr')",
    "INSERT INTO cv_c PARTITION (c = 'z') VALUES ('d')",
    "INSERT INTO cv_c VALUES ('abc', 'p')",
    "SHOW PARTITIONS cv_c",
    "SELECT v, c, length(c) FROM cv_c ORDER BY v",
    "SELECT v FROM cv_c WHERE c = 'p'",
    "CREATE TABLE cv_d USING parquet AS SELECT c, v FROM cv_a WHERE s = 'st'",
    "DESCRIBE cv_d",
    "ALTER TABLE cv_a ADD COLUMNS (w VARCHAR(2))",
    "ALTER TABLE cv_a CHANGE COLUMN v v VARCHAR(10)",
    "ALTER TABLE cv_a ALTER COLUMN c TYPE STRING",
    "ALTER TABLE cv_a CHANGE COLUMN c c CHAR(5) COMMENT 'five'",
    "DESCRIBE cv_a",
    "INSERT INTO cv_a VALUES ('a', 'b', 'c', 'long')",
    "CREATE VIEW cv_v AS SELECT c, v FROM cv_a",
    "DESCRIBE cv_v",
    "DESCRIBE (SELECT c, v FROM cv_a)",
    "CREATE TABLE cv_e (c CHAR) USING parquet",
    "CREATE TABLE cv_e (v VARCHAR) USING parquet",
    "CREATE TABLE cv_e (c CHAR(0)) USING parquet",
    "CREATE TABLE cv_e (c CHARACTER(2)) USING parquet",
    "DESCRIBE cv_e",
    "SELECT CAST('abc' AS CHAR(2)) AS x",
    "SELECT CAST('abc' AS VARCHAR(2)) AS x",
    "SELECT CAST(1234 AS CHAR(2)) AS x",
    "SELECT CAST('a' AS VARCHAR(0)) AS x",
    "SELECT TRY_CAST('abc' AS VARCHAR(2)) AS x",
    "SELECT CAST(array('abc') AS ARRAY<VARCHAR(2)>) AS x",
    "SELECT from_json('{\"a\": \"abc\"}', 'a VARCHAR(2)') AS x",
    "SELECT typeof(c), typeof(v) FROM cv_a LIMIT 1",
    "UPDATE cv_a SET c = 'a'",
]


def run(spark, ctx):
    try:
        yield from answers(spark, ctx)
    finally:
        for name in "abcdesklx":
            spark.sql(f"DROP TABLE IF EXISTS cv_{name}")
        spark.sql("DROP VIEW IF EXISTS cv_v")


def answers(spark, ctx):
    from pyspark.sql import functions as sf
    from pyspark.sql.types import (
        CharType,
        StringType,
        StructField,
        StructType,
        VarcharType,
        _parse_datatype_string,
    )

    for number, statement in enumerate(STATEMENTS):
        yield f"{number} {statement}", ctx.statement(statement)

    def fields(df):
        return [json.loads(f.json()) for f in df.schema]

    yield "schema", ctx.outcome(lambda: fields(spark.table("cv_a")))
    yield "nested schema", ctx.outcome(lambda: fields(spark.table("cv_b")))
    yield (
        "selected",
        ctx.outcome(lambda: fields(spark.sql("SELECT c, v AS w, upper(c) u, c || '' x FROM cv_a"))),
    )
    yield "tree", ctx.printed(lambda: spark.table("cv_b").printSchema())
    columns = ctx.outcome(lambda: [[c.name, c.dataType] for c in spark.catalog.listColumns("cv_b")])
    yield "listColumns", columns
    yield (
        "frame into",
        ctx.error(
            lambda: spark.createDataFrame(
                [("toolong", "x", "s", "w")], "c string, v string, s string, w string"
            ).write.insertInto("cv_a")
        ),
    )
    yield (
        "frame appended",
        ctx.error(
            lambda: (
                spark.createDataFrame(
                    [("a", "toolongtoolong", "s", "w")], "c string, v string, s string, w string"
                )
                .write.mode("append")
                .saveAsTable("cv_a")
            )
        ),
    )
    yield (
        "frame saved",
        ctx.outcome(
            lambda: (
                spark.table("cv_a").write.mode("overwrite").saveAsTable("cv_s"),
                [[*r] for r in spark.sql("DESCRIBE cv_s").collect()],
            )[1]
        ),
    )

    def struct(kind):
        return StructType([StructField("a", kind)])

    for text in ("a CHAR(3), b VARCHAR(2)", "a ARRAY<CHAR(3)>", "a CHAR"):
        yield f"parsed {text}", ctx.outcome(lambda t=text: _parse_datatype_string(t).json())
        yield f"StructType {text}", ctx.outcome(lambda t=text: StructType.fromDDL(t).json())
        yield f"frame {text}", ctx.outcome(lambda t=text: fields(spark.createDataFrame([], t)))
        yield (
            f"reader {text}",
            ctx.outcome(lambda t=text: fields(spark.read.schema(t).json(ctx.path("none")))),
        )
        yield (
            f"cast {text}",
            ctx.outcome(
                lambda t=text: fields(
                    spark.range(1)
                    .selectExpr("'abcd' AS x")
                    .selectExpr(f"CAST(x AS {t.split(' ', 1)[1].split(',')[0]})")
                )
            ),
        )
    path = ctx.write_lines("j/a.json", ['{"a": "abcdef"}', '{"a": "x"}'])
    for kind in (CharType(3), VarcharType(3), StringType()):
        yield (
            f"createDataFrame {kind}",
            ctx.outcome(lambda k=kind: fields(spark.createDataFrame([("abcdef",)], struct(k)))),
        )
        yield (
            f"rows {kind}",
            ctx.outcome(
                lambda k=kind: [
                    [*r] for r in spark.createDataFrame([("abcdef",)], struct(k)).collect()
                ]
            ),
        )
        yield (
            f"reader of {kind}",
            ctx.outcome(
                lambda k=kind: [[*r] for r in spark.read.schema(struct(k)).json(path).collect()]
            ),
        )
        yield (
            f"column cast {kind}",
            ctx.outcome(
                lambda k=kind: [
                    [*r]
                    for r in spark.range(1)
                    .selectExpr("'abcd' x")
                    .select(sf.col("x").cast(k))
                    .collect()
                ]
            ),
        )
        yield (
            f"to {kind}",
            ctx.outcome(
                lambda k=kind: [
                    [*r] for r in spark.range(1).selectExpr("'abcd' a").to(struct(k)).collect()
                ]
            ),
        )
    yield (
        "stream reader",
        ctx.error(lambda: spark.readStream.schema("a CHAR(3)").json(ctx.path("j"))),
    )
    yield (
        "udf",
        ctx.error(lambda: sf.udf(lambda: "a", "varchar(2)")()),
    )
    yield (
        "catalog.createTable",
        ctx.outcome(
            lambda: (
                spark.catalog.createTable(
                    "cv_k",
                    schema=StructType(
                        [StructField("a", CharType(3)), StructField("b", VarcharType(2))]
                    ),
                    source="parquet",
                ),
                [[*r] for r in spark.sql("DESCRIBE cv_k").collect()],
            )[1]
        ),
    )
    spark.conf.set("spark.sql.legacy.charVarcharAsString", "true")
    for statement in (
        "CREATE TABLE cv_l (c CHAR(5), v VARCHAR(3)) USING parquet",
        "DESCRIBE cv_l",
        "INSERT INTO cv_l VALUES ('abcdefgh', 'abcdefgh')",
        "SELECT * FROM cv_l",
        "INSERT INTO cv_c VALUES ('abcdef', 'pp')",
        "SELECT CAST('abc' AS CHAR(2)) AS x",
    ):
        yield f"as string: {statement}", ctx.statement(statement)
    yield "as string: schema", ctx.outcome(lambda: fields(spark.createDataFrame([], "a CHAR(3)")))
    yield "as string: read", ctx.outcome(lambda: fields(spark.read.schema("a CHAR(3)").json(path)))
    spark.conf.unset("spark.sql.legacy.charVarcharAsString")
    spark.conf.set("spark.sql.readSideCharPadding", "false")
    yield "no padding", ctx.statement("SELECT concat('[', c, ']') c FROM cv_b")
    spark.conf.unset("spark.sql.readSideCharPadding")
    path = ctx.path("ext")
    spark.createDataFrame([("a", "b"), ("abcd", "toolong")], "c string, v string").coalesce(
        1
    ).write.parquet(path)
    spark.sql(f"CREATE TABLE cv_x (c CHAR(3), v VARCHAR(2)) USING parquet LOCATION '{path}'")
    yield (
        "files that others wrote",
        ctx.statement("SELECT concat('[', c, ']') c, v FROM cv_x ORDER BY v"),
    )
    yield "and where", ctx.statement("SELECT v FROM cv_x WHERE c = 'a'")
