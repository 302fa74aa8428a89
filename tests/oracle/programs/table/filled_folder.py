"""What becomes of files that lie where a new table is to be?"""


def run(spark, ctx):
    rows = spark.range(3)
    for mode in ("error", "append", "ignore", "overwrite"):
        place = ctx.path(mode)
        rows.write.parquet(place)
        writer = rows.write.mode(mode).option("path", place)
        yield mode, ctx.outcome(lambda w=writer: w.saveAsTable("filled"))
        yield f"{mode}: rows", spark.read.parquet(place).count()
        spark.sql("DROP TABLE IF EXISTS filled")
    place = ctx.path("queried")
    rows.write.parquet(place)
    query = f"CREATE TABLE filled USING parquet LOCATION '{place}' AS SELECT * FROM range(2)"
    yield "query", ctx.outcome(lambda: spark.sql(query))
    spark.sql("DROP TABLE IF EXISTS filled")
    columns = f"CREATE TABLE filled (id BIGINT) USING parquet LOCATION '{place}'"
    yield "columns", ctx.outcome(lambda: spark.sql(columns).collect())
    yield "columns: rows", spark.table("filled").count()
    spark.sql("DROP TABLE filled")
    spark.sql("CREATE TABLE filled (a INT, b INT) USING parquet")
    twice = "INSERT INTO filled (a, a) SELECT 1, 2"
    yield "a column twice", ctx.error(lambda: spark.sql(twice))
    spark.sql("DROP TABLE filled")
