"""Every type in a Parquet file of Spark's, and some columns of it."""


def run(spark, ctx):
    path = ctx.fixture("parquet/types.parquet")
    yield "all", spark.read.parquet(path)
    yield "some", spark.read.parquet(path).select("text", "id")
    yield "no columns", spark.read.parquet(path).groupBy().count()
    yield "order", ctx.ordered(spark.read.parquet(path).select("id"))
    yield "filter", spark.read.parquet(path).where("id > 2 AND text IS NOT NULL").select("day")
    yield "load", spark.read.load(path).select("moment", "local")
    yield "sql", spark.sql(f"SELECT dec32, dec64, dec128 FROM parquet.`{path}`")
    yield "int96", spark.read.parquet(ctx.fixture("parquet/int96.parquet"))
    yield "millis", spark.read.parquet(ctx.fixture("parquet/millis.parquet"))
    yield "decimals as bytes", spark.read.parquet(ctx.fixture("parquet/legacy_decimals.parquet"))
    yield (
        "intervals",
        ctx.outcome(
            lambda: [
                str(row)
                for row in spark.read.parquet(ctx.fixture("parquet/intervals.parquet"))
                .selectExpr("CAST(y AS STRING)", "CAST(d AS STRING)")
                .collect()
            ]
        ),
    )
    for codec in ["none", "gzip", "zstd", "lz4_raw"]:
        yield codec, spark.read.parquet(ctx.fixture(f"parquet/codec_{codec}.parquet"))
