"""show of structs, arrays, maps, floats and times inside them."""


def run(spark, ctx):
    df = spark.sql(
        "SELECT struct(1 AS a, 'x' AS b, null AS c) AS s, array(1, null, 3) AS l, map('k', 1.5D) AS m, "
        "array(struct(timestamp_seconds(0) AS t)) AS deep, cast(1.1 AS float) AS f, cast(null AS string) AS z"
    )
    yield "default", ctx.shown(df)
    yield "untruncated", ctx.shown(df, truncate=False)
    yield "vertical", ctx.shown(df, vertical=True)
    floats = spark.sql(
        "SELECT explode(array(0.1D, 1.0D, -0.0D, 1e7D, 12345678.9D, 1e-3D, 9.99e-4D, 1e300D, double('NaN'), "
        "double('Infinity'), double('-Infinity'), 100D, 1.0E10D)) AS d"
    )
    yield "doubles", ctx.shown(floats)
    yield (
        "doubles as text",
        ctx.ordered(
            floats.selectExpr("cast(d AS string) AS t", "cast(cast(d AS float) AS string) AS f")
        ),
    )
    yield (
        "binary",
        ctx.shown(spark.sql("SELECT X'00ff41' AS b, array(X'41') AS l, struct(X'42') AS s")),
    )
    yield (
        "cast to text",
        df.selectExpr(
            "cast(s AS string)", "cast(l AS string)", "cast(m AS string)", "cast(deep AS string)"
        ),
    )
