"""Aggregates over numbers, nulls and nothing: names, types and values."""

FAMILIES = {
    "counts": ["count(*)", "count(v)", "count(1)", "count_if(v > 1)", "approx_count_distinct(v)"],
    "distinct": ["count(DISTINCT v)", "count(DISTINCT v, w)", "sum(DISTINCT v)"],
    "sums": ["sum(v)", "avg(v)", "sum(w)", "avg(w)", "sum(d)", "avg(d)"],
    "extremes": [
        "min(v)",
        "max(v)",
        "max(t)",
        "min(t)",
        "max(d)",
        "min(w)",
        "max_by(t, v)",
        "min_by(t, v)",
    ],
    "spread": [
        "variance(v)",
        "var_samp(v)",
        "var_pop(v)",
        "stddev(v)",
        "stddev_samp(w)",
        "stddev_pop(w)",
    ],
    "lists": ["sort_array(collect_list(v))", "sort_array(collect_set(v))"],
    "booleans": ["bool_and(v > 0)", "bool_or(v > 4)", "any(v > 4)", "every(v > 0)", "some(v > 0)"],
    "any of a group": ["first(k)", "last(k)", "any_value(k)", "first(v, true) IS NOT NULL"],
    "middle": ["median(v)", "percentile(v, 0.5)", "mode(t)"],
    "two columns": ["corr(v, w)", "covar_samp(v, w)", "covar_pop(v, w)"],
    "shape": ["skewness(w)", "kurtosis(w)"],
    "bits": ["bit_or(v)", "bit_and(v)", "bit_xor(v)"],
}


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES ('a', 1, 1.5D, 2.50, 'x'), ('a', 2, 2.5D, 1.25, 'x'), ('a', 2, null, null, 'x'), ('a', null, -1D, 0.25, 'z'), "
        "('b', 5, 4D, 1.00, 'q'), ('c', null, null, null, null) AS t(k, v, w, d, t)"
    ).createOrReplaceTempView("t")
    for family, calls in FAMILIES.items():
        text = ", ".join(calls)
        yield family, ctx.close(spark.sql(f"SELECT k, {text} FROM t GROUP BY k"))
        yield f"{family} of nothing", ctx.close(spark.sql(f"SELECT {text} FROM t WHERE v > 99"))
    yield (
        "grouping_id without sets",
        ctx.error(lambda: spark.sql("SELECT grouping_id() FROM t GROUP BY k")),
    )
