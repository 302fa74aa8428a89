"""What does DESCRIBE DATABASE say?"""


def rows(spark, text):
    return [tuple(row) for row in spark.sql(text).collect() if row[0] not in ("Location", "Owner")]


def run(spark, ctx):
    try:
        spark.sql("CREATE DATABASE de_a COMMENT 'first' WITH DBPROPERTIES ('k' = 'v', 'a' = 'b')")
        yield "plain", rows(spark, "DESCRIBE DATABASE de_a")
        yield "extended", rows(spark, "DESCRIBE SCHEMA EXTENDED de_a")
        spark.sql("ALTER DATABASE de_a SET DBPROPERTIES ('z' = '1', 'k' = '2')")
        spark.sql("COMMENT ON DATABASE de_a IS NULL")
        yield "changed", rows(spark, "DESCRIBE DATABASE EXTENDED de_a")
        yield "default", rows(spark, "DESC DATABASE EXTENDED default")
        yield "columns", spark.sql("DESCRIBE DATABASE de_a").columns
        yield "unknown", ctx.error(lambda: spark.sql("DESCRIBE DATABASE de_no").collect())
        folder = ctx.path("elsewhere")
        spark.sql(f"CREATE DATABASE de_b LOCATION '{folder}'")
        spark.sql("CREATE TABLE de_b.t USING json AS SELECT 1 AS n")
        import os

        yield "located", [os.path.isdir(folder + "/t"), spark.table("de_b.t").collect()]
        spark.sql("DROP DATABASE de_b CASCADE")
        yield "located, dropped", os.path.isdir(folder + "/t")
    finally:
        spark.sql("DROP DATABASE IF EXISTS de_a CASCADE")
        spark.sql("DROP DATABASE IF EXISTS de_b CASCADE")
