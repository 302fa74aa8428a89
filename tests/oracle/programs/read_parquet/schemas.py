"""Parquet with a schema of the reader's: case, missing columns, other types, wider types."""


def run(spark, ctx):
    path = ctx.fixture("parquet/types.parquet")
    yield "other case", spark.read.schema("ID long, TEXT string").parquet(path)
    yield "missing column", spark.read.schema("id long, nothing int").parquet(path)
    narrow = ctx.fixture("parquet/narrow.parquet")
    for schema in [
        "i long",
        "i double",
        "f double",
        "i decimal(12,2)",
        "n decimal(8,2)",
        "n decimal(8,4)",
        "d timestamp_ntz",
    ]:
        df = spark.read.schema(schema).parquet(narrow)
        yield schema, ctx.outcome(lambda df=df: [str(row[0]) for row in df.collect()])
    for schema in [
        "i string",
        "f int",
        "i boolean",
        "i short",
        "f float",
        "n decimal(4,1)",
        "d string",
    ]:
        df = spark.read.schema(schema).parquet(narrow)
        yield f"refused: {schema}", ctx.outcome(lambda df=df: [str(r[0]) for r in df.collect()])
    spark.conf.set("spark.sql.caseSensitive", "true")
    yield "case counts", spark.read.schema("ID long, text string").parquet(path)
    spark.conf.unset("spark.sql.caseSensitive")
