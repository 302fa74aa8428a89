"""What are the regr_* functions of pairs, some with a null?"""

CALLS = [
    "round(regr_avgx(y, x), 6)",
    "round(regr_avgy(y, x), 6)",
    "regr_count(y, x)",
    "round(regr_intercept(y, x), 6)",
    "round(regr_r2(y, x), 6)",
    "round(regr_slope(y, x), 6)",
    "round(regr_sxx(y, x), 6)",
    "round(regr_sxy(y, x), 6)",
    "round(regr_syy(y, x), 6)",
    "round(corr(y, x), 6)",
    "round(covar_pop(y, x), 6)",
    "round(covar_samp(y, x), 6)",
    "round(skewness(x), 6)",
    "round(kurtosis(x), 6)",
    "round(var_samp(x), 6)",
    "round(var_pop(x), 6)",
    "round(stddev(x), 6)",
    "round(stddev_pop(x), 6)",
    "regr_avgx(y, x)",
    "regr_avgy(n, n)",
    "regr_slope(n, x)",
    "regr_r2(n, n)",
    "regr_r2(x, n)",
    "regr_intercept(x, n)",
    "regr_sxy(n, x)",
    "regr_count(s, x)",
    "regr_count(DISTINCT y, x)",
    "round(regr_slope(DISTINCT y, x), 6)",
    "round(corr(DISTINCT y, x), 6)",
    "round(stddev(DISTINCT x), 6)",
    "round(skewness(DISTINCT x), 6)",
    "round(regr_slope(y, x) FILTER (WHERE x > 1), 6)",
    "regr_slope(s, x)",
    "regr_slope(y)",
    "regr_count(y)",
    "regr_avgx(b, x)",
    "regr_avgx(y, b)",
    "regr_r2(y, s)",
    "corr(y, b)",
    "covar_pop(s, x)",
    "kurtosis(b)",
    "stddev(b)",
    "var_pop(s)",
    "corr(y)",
    "stddev(n)",
    "var_samp(one)",
    "skewness(n)",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 1.5D, 2, 7, 'q', true, 1), ('a', 3D, 5, 7, '1', true, NULL), ('a', -2D, 1, 7, NULL, true, NULL), ('b', NULL, 4, 7, NULL, NULL, NULL), ('b', 4D, NULL, 7, NULL, NULL, NULL), "
        "('b', 3D, 5, 7, NULL, NULL, NULL), ('c', NULL, NULL, NULL, NULL, NULL, NULL) AS t(k, y, x, n, s, b, one)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    distinct = [call for call in CALLS if "DISTINCT" in call]
    plain = [call for call in CALLS if call not in distinct]
    for calls in (plain, distinct):
        yield from ctx.cells(calls, "FROM t")
    for label, rest in [("by key", "FROM t GROUP BY k"), ("of nothing", "FROM t WHERE k > 'x'")]:
        for call, found in ctx.cells(plain[:18], rest):
            yield f"{call} {label}", found
