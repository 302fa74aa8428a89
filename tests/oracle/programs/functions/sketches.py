"""What do histograms, count-min sketches and estimates of distinct values give?"""

CALLS = [
    "histogram_numeric(v, 5)",
    "histogram_numeric(v, 2)",
    "histogram_numeric(w, 3)",
    "histogram_numeric(d, 3)",
    "histogram_numeric(i, 3)",
    "histogram_numeric(t, 2)",
    "histogram_numeric(CAST(t AS DATE), 2)",
    "hex(count_min_sketch(v, 0.5D, 0.5D, 1))",
    "hex(count_min_sketch(s, 0.5D, 0.5D, 1))",
    "approx_count_distinct(v)",
    "approx_count_distinct(s, 0.1)",
    "hex(count_min_sketch(CAST(v AS BIGINT), 0.2, 0.8, 7))",
    "hex(count_min_sketch(CAST(v AS TINYINT), 0.5, 0.5, 3))",
    "hex(count_min_sketch(CAST(s AS BINARY), 0.5, 0.5, 3))",
    "histogram_numeric(v, 5) FILTER (WHERE v > 2)",
    "histogram_numeric(DISTINCT v, 5)",
    "approx_count_distinct(w)",
    "approx_count_distinct(d)",
    "approx_count_distinct(t)",
    "approx_count_distinct(array(v))",
    "approx_count_distinct(struct(v, s))",
    "approx_count_distinct(DISTINCT v)",
    "approx_count_distinct(v) FILTER (WHERE v > 2)",
    "histogram_numeric(s, 5)",
    "histogram_numeric(v, 1)",
    "histogram_numeric(v, v)",
    "histogram_numeric(v, NULL)",
    "histogram_numeric(v, 2.5)",
    "histogram_numeric(v)",
    "histogram_numeric(b, 3)",
    "count_min_sketch(w, 0.5, 0.5, 1)",
    "count_min_sketch(v, 0, 0.5, 1)",
    "count_min_sketch(v, 0.5, 1.5, 1)",
    "count_min_sketch(v, 0.5, 0.5)",
    "count_min_sketch(v, 0.5, 0.5, v)",
    "count_min_sketch(v, NULL, 0.5, 1)",
    "approx_count_distinct(v, 0)",
    "approx_count_distinct(v, 0.5)",
    "approx_count_distinct(v, 0.39)",
    "approx_count_distinct(v, w)",
    "approx_count_distinct(v, 'x')",
    "approx_count_distinct()",
    "approx_count_distinct(v, 0.1, 1)",
    "approx_count_distinct(map(k, v))",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 1, 1.5D, 2.50, 'x', INTERVAL '1' DAY, TIMESTAMP '2024-01-01 00:00:00', true), ('a', 2, 0.0D, 1.25, 'y', INTERVAL '2' DAY, TIMESTAMP '2024-01-03 00:00:00', NULL), "
        "('b', 10, -0.0D, 2.5, 'x', INTERVAL '9' DAY, TIMESTAMP '2024-01-09 00:00:00', NULL), ('b', 3, double('NaN'), NULL, NULL, NULL, NULL, NULL), "
        "('c', NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS t(k, v, w, d, s, i, t, b)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    distinct = [call for call in CALLS if "DISTINCT" in call]
    plain = [call for call in CALLS if call not in distinct]
    for calls in (plain, distinct):
        yield from ctx.cells(calls, "FROM t")
    for label, rest in [("by key", "FROM t GROUP BY k"), ("of nothing", "FROM t WHERE k > 'x'")]:
        for call, found in ctx.cells(plain[:11], rest):
            yield f"{call} {label}", found
