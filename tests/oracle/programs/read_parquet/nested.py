"""Structs, arrays and maps in Parquet, of both ways to write lists, and fields inside them."""


def run(spark, ctx):
    for name in ["nested", "legacy_nested"]:
        df = spark.read.parquet(ctx.fixture(f"parquet/{name}.parquet"))
        yield name, df
        yield f"{name}, fields", df.select("id", "pair.b", "deep.x", "dict.k")
    path = ctx.fixture("parquet/nested.parquet")
    part = spark.read.schema("id long, pair struct<b string>").parquet(path)
    yield "a part of a struct", part
    more = spark.read.schema("id long, pair struct<a long, z int>").parquet(path)
    yield "a field that is not there", more
    none = spark.read.schema("id long, pair struct<z int>").parquet(path)
    yield "only fields that are not there", none
    deep = spark.read.schema("deep array<struct<y array<long>>>").parquet(path)
    yield "a part of an array's struct", deep
