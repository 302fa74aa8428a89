"""Errors that come with the data: ANSI arithmetic, casts, indexes, subqueries."""


def run(spark, ctx):
    df = spark.createDataFrame([(2147483647, 0, "x", [1])], "a int, z int, s string, l array<int>")
    for text in [
        "a / z",
        "a % z",
        "a + 1",
        "a * 2",
        "cast(s AS int)",
        "l[5]",
        "element_at(l, 0)",
        "element_at(l, 9)",
        "cast(a AS tinyint)",
        "to_timestamp(s)",
        "to_date(s)",
        "s + 1",
        "cast(s AS date)",
        "cast(s AS boolean)",
        "a div z",
        "make_date(2015, 13, 1)",
        "raise_error('mine')",
        "assert_true(false)",
        "cast(1e20D AS bigint)",
        "date_format(current_timestamp(), 'yyyy-bb')",
    ]:
        yield text, ctx.error(lambda text=text: df.selectExpr(text).collect())
    yield "by calls", ctx.error(lambda: df.select(df.a / df.z).collect())
    yield "where", ctx.error(lambda: df.where(df.a / df.z > 1).count())
    yield (
        "sum of longs",
        ctx.error(
            lambda: spark.sql(
                "SELECT sum(v) FROM VALUES (9223372036854775807L), (1L) AS t(v)"
            ).collect()
        ),
    )
    yield "only when computed", df.select("s").count()
