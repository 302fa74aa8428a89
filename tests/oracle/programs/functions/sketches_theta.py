"""What are the theta sketches of Apache DataSketches, byte for byte, and what are they refused?"""

CALLS = [
    "hex(theta_sketch_agg(i, 4))",
    "hex(theta_sketch_agg(l))",
    "hex(theta_sketch_agg(f))",
    "hex(theta_sketch_agg(d))",
    "hex(theta_sketch_agg(s))",
    "hex(theta_sketch_agg(x))",
    "hex(theta_sketch_agg(ai))",
    "hex(theta_sketch_agg(al))",
    "hex(theta_sketch_agg(i) FILTER (WHERE i = 2))",
    "hex(theta_sketch_agg(i) FILTER (WHERE i = 9))",
    "theta_sketch_estimate(theta_sketch_agg(i))",
    "theta_sketch_estimate(theta_sketch_agg(DISTINCT s))",
    "theta_sketch_estimate(theta_sketch_agg(d, 26))",
    "theta_sketch_estimate(NULL)",
    "hex(theta_union(theta_sketch_agg(i), theta_sketch_agg(l)))",
    "hex(theta_intersection(theta_sketch_agg(i), theta_sketch_agg(l)))",
    "hex(theta_difference(theta_sketch_agg(i), theta_sketch_agg(l)))",
    "hex(theta_difference(theta_sketch_agg(i), theta_sketch_agg(i)))",
    "hex(theta_union(theta_sketch_agg(i), theta_sketch_agg(s), 5))",
    "theta_union(theta_sketch_agg(i), NULL)",
    "theta_intersection(NULL, theta_sketch_agg(i))",
    "theta_sketch_agg(b)",
    "theta_sketch_agg(CAST(i AS SMALLINT))",
    "theta_sketch_agg(NULL)",
    "theta_sketch_agg(array('a'))",
    "theta_sketch_agg(array(1, NULL))",
    "theta_sketch_agg(i, 3)",
    "theta_sketch_agg(i, 27)",
    "theta_sketch_agg(i, i)",
    "theta_sketch_agg(i, NULL)",
    "theta_sketch_agg(i, '12')",
    "theta_sketch_agg()",
    "theta_union_agg(i)",
    "theta_union_agg(x)",
    "theta_union_agg(X'')",
    "theta_union_agg(s)",
    "hex(theta_union_agg(NULL))",
    "theta_intersection_agg(x)",
    "theta_intersection_agg(i)",
    "theta_sketch_estimate(x)",
    "theta_sketch_estimate(i)",
    "theta_sketch_estimate(s)",
    "theta_union(x, x)",
    "theta_union(i, x)",
    "theta_union(theta_sketch_agg(i), theta_sketch_agg(i), 30)",
    "theta_union(theta_sketch_agg(i), theta_sketch_agg(i), NULL)",
    "theta_intersection(x, x)",
    "theta_difference(x, x)",
    "theta_difference(x)",
    "theta_sketch_estimate(hll_sketch_agg(i))",
]

SETS = [
    "hex(theta_union_agg(h))",
    "hex(theta_union_agg(h, 5))",
    "hex(theta_intersection_agg(h))",
    "theta_sketch_estimate(theta_union_agg(h))",
    "theta_sketch_estimate(theta_intersection_agg(h))",
    "theta_union_agg(h, 3)",
    "theta_union_agg(h, 27)",
    "theta_union_agg(h, i)",
    "theta_intersection_agg(h, 5)",
]

LARGE = [
    "theta_sketch_estimate(theta_sketch_agg(id))",
    "theta_sketch_estimate(theta_sketch_agg(id, 5))",
    "theta_sketch_estimate(theta_sketch_agg(CAST(id AS STRING), 9))",
    "md5(theta_sketch_agg(id))",
    "md5(theta_sketch_agg(id, 5))",
    "md5(theta_sketch_agg(CAST(id AS STRING), 9))",
    "theta_sketch_estimate(theta_union(theta_sketch_agg(id), theta_sketch_agg(id + 1000), 8))",
    "theta_sketch_estimate(theta_intersection(theta_sketch_agg(id), theta_sketch_agg(id + 1000)))",
    "theta_sketch_estimate(theta_difference(theta_sketch_agg(id), theta_sketch_agg(id + 1000)))",
    "md5(theta_union(theta_sketch_agg(id), theta_sketch_agg(id + 1000), 8))",
    "md5(theta_intersection(theta_sketch_agg(id), theta_sketch_agg(id + 1000)))",
    "md5(theta_difference(theta_sketch_agg(id), theta_sketch_agg(id + 1000)))",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 1, 1L, 'x', X'01', 1.5D, 1.5F, array(1, 2), array(1L), true), "
        "('a', 2, 2L, '', X'', 0.0D, 2.5F, array(), array(), false), "
        "('a', 2, 2L, 'y', X'0102', -0.0D, float('nan'), array(3), array(3L, 4L), true), "
        "('b', 3, 7000000000L, 'é', X'FF', 0D, NULL, NULL, NULL, NULL), "
        "('b', 4, NULL, NULL, NULL, double('nan'), NULL, NULL, NULL, NULL), "
        "('c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS t(k, i, l, s, x, d, f, ai, al, b)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    yield from ctx.cells(CALLS, "FROM t")
    good = CALLS[:8]
    for label, rest in [("by key", "FROM t GROUP BY k"), ("of nothing", "FROM t WHERE k > 'x'")]:
        for call, result in ctx.cells(good, rest):
            yield f"{label}: {call}", result
    sketches = spark.sql(
        "SELECT k, theta_sketch_agg(i) AS h, 5 AS i FROM t WHERE k < 'c' GROUP BY k ORDER BY k"
    )
    sketches.coalesce(1).createOrReplaceTempView("u")
    yield from ctx.cells(SETS, "FROM u")
    for call, result in ctx.cells(SETS, "FROM (SELECT * FROM u UNION ALL SELECT 'n', NULL, 1)"):
        yield f"with null: {call}", result
    for call, result in ctx.cells(SETS, "FROM u WHERE k = 'a'"):
        yield f"one: {call}", result
    for call, result in ctx.cells(SETS, "FROM u WHERE k > 'x'"):
        yield f"none: {call}", result
    for rows in (3, 20, 300, 5_000, 50_000):
        spark.range(0, rows, 1, 1).createOrReplaceTempView("r")
        for call, result in ctx.cells(LARGE, "FROM r"):
            yield f"{rows}: {call}", result
    yield (
        "over",
        spark.sql(
            "SELECT k, i, hex(theta_sketch_agg(i) OVER (ORDER BY k, i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)) AS n FROM t"
        ),
    )
