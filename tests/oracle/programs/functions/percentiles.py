"""What are percentiles, medians and modes of numbers, intervals and nulls?"""

CALLS = [
    "percentile(v, 0.25)",
    "percentile(v, array(0.0, 0.5, 1.0))",
    "percentile(v, 0.5, f)",
    "percentile(d, 0.5)",
    "percentile(w, array(0.1, 0.9), 2)",
    "percentile_cont(0.25) WITHIN GROUP (ORDER BY v)",
    "percentile_cont(0.25) WITHIN GROUP (ORDER BY v DESC)",
    "percentile_disc(0.3) WITHIN GROUP (ORDER BY v)",
    "percentile_disc(0.3) WITHIN GROUP (ORDER BY v DESC)",
    "percentile_cont(array(0.25, 0.75)) WITHIN GROUP (ORDER BY w)",
    "percentile_disc(array(0.25, 0.75)) WITHIN GROUP (ORDER BY w DESC)",
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY v) FILTER (WHERE v > 2)",
    "median(v)",
    "median(DISTINCT w)",
    "median(i)",
    "CAST(median(y) AS STRING)",
    "percentile(DISTINCT v, 0.5)",
    "percentile_approx(v, 0.5)",
    "percentile_approx(v, array(0.1, 0.5, 0.9), 100)",
    "approx_percentile(w, 0.5, 10)",
    "percentile_approx(d, 0.5)",
    "percentile_approx(DISTINCT v, 0.5)",
    "percentile_approx(t, 0.5)",
    "percentile_approx(i, 0.5)",
    "mode(v)",
    "mode(s, true)",
    "mode() WITHIN GROUP (ORDER BY s)",
    "mode() WITHIN GROUP (ORDER BY s DESC)",
    "mode(w) FILTER (WHERE v < 9)",
    "percentile(i, 0.25)",
    "percentile(t, 0.5)",
    "percentile(s, 0.5)",
    "percentile(v, 1.5)",
    "percentile(v, w)",
    "percentile(v, 0.5, -1)",
    "percentile(v, 0.5, 1.5)",
    "percentile(v, NULL)",
    "percentile(v)",
    "percentile_approx(v, 1.5)",
    "percentile_approx(v, 0.5, 0)",
    "percentile_approx(v, w)",
    "percentile_approx(v, NULL)",
    "percentile_approx(s, 0.5)",
    "percentile_approx(b, 0.5)",
    "median(s)",
    "median(t)",
    "median()",
    "mode()",
    "mode(v, 1)",
    "mode(v, b)",
    "mode(DISTINCT v)",
    "mode(v) WITHIN GROUP (ORDER BY v)",
    "mode() WITHIN GROUP (ORDER BY v, s)",
    "percentile_cont(0.5)",
    "percentile_cont(0.5, 1) WITHIN GROUP (ORDER BY v)",
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY v, w)",
    "percentile_cont(DISTINCT 0.5) WITHIN GROUP (ORDER BY v)",
    "percentile_cont(w) WITHIN GROUP (ORDER BY v)",
    "percentile_disc(2) WITHIN GROUP (ORDER BY v)",
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY s)",
    "percentile_disc(0.5) WITHIN GROUP (ORDER BY t)",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 1, 1.5D, 2.50, 'x', 2, TIMESTAMP '2024-01-01 00:00:00', INTERVAL '1' DAY, INTERVAL '1' YEAR, true), "
        "('a', 4, -1D, 1.25, 'x', 1, TIMESTAMP '2024-01-03 00:00:00', INTERVAL '3' DAY, INTERVAL '4' YEAR, false), "
        "('b', 9, 8D, 0.75, 'y', 3, TIMESTAMP '2024-01-02 00:00:00', INTERVAL '4' DAY, INTERVAL '6' YEAR, true), "
        "('b', 9, double('NaN'), NULL, 'w', 0, NULL, NULL, NULL, NULL), "
        "('c', NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL) AS t(k, v, w, d, s, f, t, i, y, b)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    distinct = [call for call in CALLS if "DISTINCT" in call]
    plain = [call for call in CALLS if call not in distinct]
    for calls in (plain, distinct):
        yield from ctx.cells(calls, "FROM t")
    for label, rest in [("by key", "FROM t GROUP BY k"), ("of nothing", "FROM t WHERE k > 'x'")]:
        for call, found in ctx.cells(plain[:19], rest):
            yield f"{call} {label}", found
