"""What are the HLL sketches of Apache DataSketches, byte for byte, and what are they refused?"""

# All of one type of argument, then unions, then what is refused.
CALLS = [
    "hex(hll_sketch_agg(i, 4))",
    "hex(hll_sketch_agg(l, 4))",
    "hex(hll_sketch_agg(s, 4))",
    "hex(hll_sketch_agg(x, 4))",
    "hex(hll_sketch_agg(i, 5))",
    "md5(hll_sketch_agg(i))",
    "length(hll_sketch_agg(i))",
    "hll_sketch_estimate(hll_sketch_agg(i))",
    "hll_sketch_estimate(hll_sketch_agg(s, 12))",
    "hll_sketch_estimate(hll_sketch_agg(i, 4) FILTER (WHERE i > 2))",
    "hll_sketch_agg(i) IS NULL",
    "hll_sketch_estimate(NULL)",
    "hll_sketch_estimate(hll_sketch_agg(DISTINCT i))",
    "hll_sketch_agg(d)",
    "hll_sketch_agg(b)",
    "hll_sketch_agg(CAST(i AS SMALLINT))",
    "hll_sketch_agg(CAST(i AS DECIMAL(5,1)))",
    "hll_sketch_agg(DATE'2020-01-01')",
    "hll_sketch_agg(NULL)",
    "hll_sketch_agg(i, 3)",
    "hll_sketch_agg(i, 22)",
    "hll_sketch_agg(i, i)",
    "hll_sketch_agg(i, NULL)",
    "hll_sketch_agg(i, '12')",
    "hll_sketch_agg(i, 12L)",
    "hll_sketch_agg(i, 4 + 4) IS NULL",
    "hll_sketch_agg()",
    "hll_sketch_agg(i, 4, 4)",
    "hll_union_agg(i)",
    "hll_union_agg(x)",
    "hll_union_agg(X'')",
    "hll_union_agg(NULL) IS NULL",
    "hll_union_agg(s)",
    "hll_sketch_estimate(x)",
    "hll_sketch_estimate(s)",
    "hll_sketch_estimate(i)",
    "hll_sketch_estimate()",
    "hll_union(x, x)",
    "hll_union(i, x)",
    "hll_union(x)",
    "hll_union(NULL, x)",
]

UNIONS = [
    "hex(hll_union_agg(h))",
    "hex(hll_union_agg(h, true))",
    "hll_sketch_estimate(hll_union_agg(h))",
    "hll_sketch_estimate(hll_union_agg(h, true))",
    "hll_sketch_estimate(hll_union_agg(h, false))",
    "hll_sketch_estimate(hll_union_agg(h, NULL))",
    "hll_sketch_estimate(hll_union_agg(h, 1))",
]

PAIRS = [
    "hex(hll_union(h, h))",
    "hex(hll_union(h, g))",
    "hex(hll_union(h, g, true))",
    "hex(hll_union(g, h, true))",
    "hll_sketch_estimate(hll_union(h, h))",
    "hll_sketch_estimate(hll_union(h, g, true))",
    "hll_sketch_estimate(hll_union(h, NULL))",
    "hll_sketch_estimate(hll_union(h, h, NULL))",
    "hll_union(h, g, false)",
    "hll_union(h, g, 1)",
]

LARGE = [
    "hll_sketch_estimate(hll_sketch_agg(id))",
    "hll_sketch_estimate(hll_sketch_agg(id, 8))",
    "hll_sketch_estimate(hll_sketch_agg(CAST(id AS STRING), 10))",
    "md5(hll_sketch_agg(id))",
    "md5(hll_sketch_agg(id, 8))",
    "md5(hll_sketch_agg(CAST(id AS STRING), 10))",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 1, 1L, 'x', X'01', 1.5D, true), ('a', 2, 2L, '', X'', 2.5D, false), "
        "('a', 2, 2L, 'y', X'0102', 2.5D, true), ('b', 3, 7000000000L, 'é', X'FF', 0D, NULL), "
        "('b', 4, NULL, NULL, NULL, NULL, NULL), ('c', NULL, NULL, NULL, NULL, NULL, NULL) AS t(k, i, l, s, x, d, b)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    yield from ctx.cells(CALLS, "FROM t")
    good = CALLS[:8]
    for label, rest in [("by key", "FROM t GROUP BY k"), ("of nothing", "FROM t WHERE k > 'x'")]:
        for call, result in ctx.cells(good, rest):
            yield f"{label}: {call}", result
    sketches = spark.sql(
        "SELECT k, hll_sketch_agg(i, 4) AS h, hll_sketch_agg(i, 5) AS g FROM t GROUP BY k ORDER BY k"
    )
    sketches.coalesce(1).createOrReplaceTempView("u")
    yield from ctx.cells(UNIONS, "FROM u")
    yield from ctx.cells(PAIRS, "FROM u")
    mixed = spark.sql("SELECT h FROM u UNION ALL SELECT g FROM u UNION ALL SELECT NULL")
    mixed.coalesce(1).createOrReplaceTempView("m")
    for call, result in ctx.cells(UNIONS, "FROM m"):
        yield f"mixed: {call}", result
    for call, result in ctx.cells(UNIONS, "FROM u WHERE k > 'x'"):
        yield f"none: {call}", result
    for rows in (20, 40, 300, 5_000, 8_000):
        spark.range(0, rows, 1, 1).createOrReplaceTempView("r")
        for call, result in ctx.cells(LARGE, "FROM r"):
            yield f"{rows}: {call}", result
    spark.range(0, 5000, 1, 1).createOrReplaceTempView("r")
    parts = "(SELECT hll_sketch_agg(id, CAST(10 AS INT)) AS h FROM r GROUP BY id % 3)"
    for call, result in ctx.cells(["hll_sketch_estimate(hll_union_agg(h))"], f"FROM {parts}"):
        yield f"union of large: {call}", result
    over = spark.sql(
        "SELECT k, hll_sketch_estimate(hll_sketch_agg(i) OVER (PARTITION BY k)) AS n FROM t"
    )
    yield "over", over
    yield (
        "over rows",
        spark.sql(
            "SELECT k, i, hll_sketch_estimate(hll_sketch_agg(i) OVER (ORDER BY k, i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)) AS n FROM t"
        ),
    )
