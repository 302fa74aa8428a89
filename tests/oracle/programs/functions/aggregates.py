"""Aggregates over numbers, nulls and nothing: values and types."""

from pyspark.sql import functions as F

CALLS = [
    "count(*)", "count(v)", "count(DISTINCT v)", "count(DISTINCT v, w)", "sum(v)", "sum(DISTINCT v)", "avg(v)", "min(v)", "max(v)", "variance(v)",
    "var_samp(v)", "var_pop(v)", "stddev(v)", "stddev_samp(v)", "stddev_pop(v)", "sum(w)", "avg(w)", "sum(d)", "avg(d)", "max(t)", "min(t)",
    "sort_array(collect_list(v))", "sort_array(collect_set(v))", "bool_and(v > 0)", "bool_or(v > 4)", "any(v > 4)", "every(v > 0)", "count_if(v > 1)",
    "max_by(t, v)", "min_by(t, v)", "median(v)", "percentile(v, 0.5)", "approx_count_distinct(v)", "mode(t)", "corr(v, w)", "covar_samp(v, w)",
    "skewness(w)", "kurtosis(w)", "bit_or(v)", "first(k)", "last(k)", "any_value(k)", "first(v, true) IS NOT NULL", "grouping_id()",
]


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES ('a', 1, 1.5D, 2.50, 'x'), ('a', 2, 2.5D, 1.25, 'x'), ('a', 2, null, null, null), ('a', null, -1D, 0.25, 'z'), "
        "('b', 5, 4D, 1.00, 'q'), ('c', null, null, null, null) AS t(k, v, w, d, t)"
    ).createOrReplaceTempView("t")
    for text in CALLS:
        yield text, ctx.outcome(lambda text=text: describe(spark.sql(f"SELECT k, {text} FROM t GROUP BY k")))
        yield f"{text} of nothing", ctx.outcome(lambda text=text: describe(spark.sql(f"SELECT 0, {text} FROM t WHERE v > 99")))


def describe(df):
    rows = sorted((rounded(list(row)) for row in df.collect()), key=str)
    field = df.schema[1]
    return [df.columns[1], field.dataType.simpleString(), field.nullable, rows]


def rounded(row):
    return [float(f"{item:.12g}") if isinstance(item, float) else item for item in row]
