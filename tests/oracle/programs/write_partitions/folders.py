"""How are folders of partitions named, and what stays in the files?"""


def run(spark, ctx):
    def written(name, df, *columns, fmt="json", **options):
        writer = df.coalesce(1).write.format(fmt).options(**options).partitionBy(*columns)
        writer.save(ctx.path(name))
        return [ctx.files(name), ctx.texts(name)]

    df = spark.sql("SELECT * FROM VALUES (1, 'x', 10), (2, 'y', 10), (3, 'x', 20) AS t(a, k, n)")
    yield "one", written("one", df, "k")
    yield "two", written("two", df, "n", "k")
    yield "another order", written("order", df, "k", "n")
    types = spark.sql(
        "SELECT * FROM VALUES (1, true, 1Y, 4L, 2.5D, 1.50, DATE '2024-02-29',"
        " TIMESTAMP '2024-01-02 03:04:05.6', TIMESTAMP_NTZ '1999-12-31 23:59:59'),"
        " (2, null, null, null, null, null, null, null, null)"
        " AS t(v, bo, b, l, d, dec, da, ts, ntz)"
    )
    for column in ("bo", "b", "l", "d", "dec", "da", "ts", "ntz"):
        yield f"type of {column}", written(f"type-{column}", types.select("v", column), column)
    yield "binary", ctx.outcome(lambda: written("binary", spark.sql("SELECT 1 v, X'6162' k"), "k"))
    yield "odd name", written("name", spark.sql("SELECT 1 v, 2 `a b`, 3 `c=d`"), "a b", "c=d")
    yield "other case", written("case", df, "K")
    yield "csv", written("csv", df, "k", fmt="csv", header=True)
    yield "empty", written("empty", df.limit(0), "k")
    yield "zone", written("zone", types.select("v", "ts"), "ts", timeZone="America/New_York")
    many = spark.range(10).coalesce(1)
    yield "records a file", written("records", many, maxRecordsPerFile=4)
    yield (
        "records a file, partitions",
        written("records2", many.selectExpr("id", "id % 2 AS k"), "k", maxRecordsPerFile=2),
    )
    yield "records 0", written("records0", many, maxRecordsPerFile=0)
    yield "records by setting", ctx.outcome(lambda: by_setting(spark, ctx, many))
    yield (
        "nested",
        ctx.error(
            lambda: written("nested", spark.sql("SELECT 1 v, named_struct('a', 1) s"), "s.a")
        ),
    )


def by_setting(spark, ctx, many):
    spark.conf.set("spark.sql.files.maxRecordsPerFile", "6")
    try:
        many.write.json(ctx.path("setting"))
    finally:
        spark.conf.unset("spark.sql.files.maxRecordsPerFile")
    return [ctx.files("setting"), ctx.texts("setting")]
