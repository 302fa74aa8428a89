"""What do the sketches of frequent items give, whole and in parts, and what are they refused?"""

CALLS = [
    *(
        f"approx_top_k({column})"
        for column in ("i", "l", "s", "b", "d", "f", "dec", "day", "ts", "tz", "y", "h")
    ),
    *(
        f"approx_top_k_accumulate({column})"
        for column in ("i", "l", "s", "b", "d", "f", "dec", "day", "ts", "tz", "y", "h")
    ),
    "approx_top_k(i, 1)",
    "approx_top_k(i, 2, 10)",
    "approx_top_k(s) FILTER (WHERE i > 1)",
    "approx_top_k(i) FILTER (WHERE i > 100)",
    "approx_top_k(DISTINCT i)",
    "approx_top_k_estimate(approx_top_k_accumulate(i))",
    "approx_top_k_estimate(approx_top_k_accumulate(s, 10), 1)",
    "approx_top_k_estimate(approx_top_k_accumulate(dec), 2)",
    "approx_top_k(x)",
    "approx_top_k(array(1))",
    "approx_top_k(NULL)",
    "approx_top_k(i, 0)",
    "approx_top_k(i, -1)",
    "approx_top_k(i, NULL)",
    "approx_top_k(i, i)",
    "approx_top_k(i, 'a')",
    "approx_top_k(i, 2L)",
    "approx_top_k(i, 10, 5)",
    "approx_top_k(i, 1, 1000001)",
    "approx_top_k(i, 1, 0)",
    "approx_top_k(i, 1, NULL)",
    "approx_top_k(i, 1, i)",
    "approx_top_k()",
    "approx_top_k(i, 1, 2, 3)",
    "approx_top_k_accumulate(i, 0)",
    "approx_top_k_accumulate(i, 1000001)",
    "approx_top_k_accumulate(i, NULL)",
    "approx_top_k_accumulate(i, i)",
    "approx_top_k_accumulate(x)",
    "approx_top_k_estimate(i)",
    "approx_top_k_estimate(named_struct('a', 1))",
    "approx_top_k_estimate(named_struct('a', X'00', 'b', 1, 'c', 1, 'd', 'item int'))",
    "approx_top_k_estimate(named_struct('a', 1, 'b', 1, 'c', 1, 'd', 'item int'))",
    "approx_top_k_estimate(named_struct('a', X'00', 'b', 1L, 'c', 1, 'd', 'item int'))",
    "approx_top_k_estimate(named_struct('a', X'00', 'b', 1, 'c', X'00', 'd', 'item int'))",
    "approx_top_k_estimate(named_struct('a', X'00', 'b', 1, 'c', 1, 'd', 1))",
    "approx_top_k_estimate(NULL)",
    "approx_top_k_estimate(approx_top_k_accumulate(i), 0)",
    "approx_top_k_estimate(approx_top_k_accumulate(i), NULL)",
    "approx_top_k_estimate(approx_top_k_accumulate(i, 2), 5)",
    "approx_top_k_estimate(approx_top_k_accumulate(i), first(i))",
    "approx_top_k_accumulate(CAST(dec AS DECIMAL(15, 2)))",
    "approx_top_k_accumulate(CAST(dec AS DECIMAL(30, 2)))",
    "approx_top_k_estimate(approx_top_k_accumulate(CAST(dec AS DECIMAL(30, 2))))",
    "approx_top_k_combine(i)",
    "approx_top_k_combine(named_struct('a', 1))",
]

COMBINED = [
    "approx_top_k_combine(a)",
    "approx_top_k_combine(a, 50)",
    "approx_top_k_estimate(approx_top_k_combine(a))",
    "approx_top_k_estimate(approx_top_k_combine(a), 2)",
    "approx_top_k_estimate(approx_top_k_combine(a, 3), 2)",
    "approx_top_k_combine(a, 0)",
    "approx_top_k_combine(a, NULL)",
    "approx_top_k_combine(a, 1000001)",
    "approx_top_k_combine(a, i)",
    "approx_top_k_combine(b)",
]


def run(spark, ctx):
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    rows = spark.sql(
        "SELECT *, CAST(i AS TINYINT) AS y, CAST(i AS SMALLINT) AS h FROM VALUES "
        "('a', 1, 1L, 'x', true, 1.5D, 1.5F, 1.25, DATE'2020-01-01', TIMESTAMP'2020-01-01 00:00:00', TIMESTAMP_NTZ'2020-01-01 00:00:00', X'01'), "
        "('a', 2, 2L, 'y', false, 0.0D, 2.5F, 2.25, DATE'2020-01-02', TIMESTAMP'2020-01-02 00:00:00', TIMESTAMP_NTZ'2020-01-02 00:00:00', X'02'), "
        "('a', 2, 2L, 'y', true, -0.0D, 2.5F, 2.25, DATE'2020-01-02', TIMESTAMP'2020-01-02 00:00:00', TIMESTAMP_NTZ'2020-01-02 00:00:00', X'02'), "
        "('b', 3, 7000000000L, 'é', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), "
        "('b', 3, 7000000000L, 'é', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), "
        "('b', 3, NULL, NULL, true, 9D, NULL, 3.25, NULL, NULL, NULL, NULL), "
        "('c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) "
        "AS t(k, i, l, s, b, d, f, dec, day, ts, tz, x)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    yield from ctx.cells(CALLS, "FROM t")
    for call, result in ctx.cells(["approx_top_k(i)", "approx_top_k(s, 1)"], "FROM t GROUP BY k"):
        yield f"by key: {call}", result
    for call, result in ctx.cells(
        ["approx_top_k(i)", "approx_top_k_accumulate(s)"], "FROM t WHERE k > 'x'"
    ):
        yield f"of nothing: {call}", result
    for column in ("i", "s", "dec"):
        states = spark.sql(
            f"SELECT approx_top_k_accumulate({column}) AS a, named_struct('a', 1) AS b, 3 AS i FROM t GROUP BY k"
        )
        states.coalesce(1).createOrReplaceTempView("u")
        for call, result in ctx.cells(COMBINED, "FROM u"):
            yield f"{column}: {call}", result
    sizes = spark.sql(
        "SELECT approx_top_k_accumulate(i, 10) AS a FROM t UNION ALL SELECT approx_top_k_accumulate(i, 20) FROM t"
    )
    sizes.coalesce(1).createOrReplaceTempView("u")
    for call, result in ctx.cells(COMBINED[:5], "FROM u"):
        yield f"sizes: {call}", result
    kinds = spark.sql(
        "SELECT approx_top_k_accumulate(i) AS a FROM t UNION ALL SELECT approx_top_k_accumulate(l) FROM t"
    )
    kinds.coalesce(1).createOrReplaceTempView("u")
    yield "kinds", ctx.error(lambda: spark.sql("SELECT approx_top_k_combine(a) FROM u").collect())
    for rows in (50, 1000):
        spark.range(0, rows, 1, 1).createOrReplaceTempView("r")
        many = [
            "approx_top_k(id % 7)",
            "approx_top_k(CAST(sqrt(id) AS INT), 3, 10)",
            "approx_top_k(CAST(CAST(sqrt(id) AS INT) AS STRING), 3, 10)",
            "md5(approx_top_k_accumulate(id % 40).sketch)",
            "md5(approx_top_k_accumulate(CAST(id % 40 AS STRING)).sketch)",
        ]
        for call, result in ctx.cells(many, "FROM r"):
            yield f"{rows}: {call}", result
