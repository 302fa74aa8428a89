"""What do the aggregates give over windows: whole, running and sliding?"""

CALLS = [
    "listagg(s, '-')",
    "listagg(s) WITHIN GROUP (ORDER BY s DESC)",
    "percentile(v, 0.5)",
    "percentile_cont(0.25) WITHIN GROUP (ORDER BY v)",
    "percentile_disc(0.25) WITHIN GROUP (ORDER BY v)",
    "percentile_approx(v, 0.5)",
    "median(v)",
    "mode(s, true)",
    "mode() WITHIN GROUP (ORDER BY v)",
    "product(v)",
    "try_sum(v)",
    "try_avg(d)",
    "sum(d)",
    "avg(d)",
    "sum(i)",
    "avg(i)",
    "round(regr_slope(v, n), 6)",
    "round(regr_r2(v, n), 6)",
    "regr_count(v, n)",
    "round(corr(v, n), 6)",
    "round(covar_samp(v, n), 6)",
    "round(skewness(v), 6)",
    "round(kurtosis(v), 6)",
    "round(stddev(v), 6)",
    "collect_list(v)",
    "sort_array(collect_set(v))",
    "array_agg(s)",
    "max_by(s, v)",
    "min_by(s, v, 2)",
    "bit_xor(v)",
    "bool_and(v > 1)",
    "count_if(v > 1)",
    "approx_count_distinct(v)",
    "histogram_numeric(v, 3)",
    "bitmap_count(bitmap_construct_agg(v))",
    "hex(count_min_sketch(v, 0.5D, 0.5D, 1))",
    "first(v)",
    "first(v, true)",
    "first_value(v) IGNORE NULLS",
    "last(v) IGNORE NULLS",
    "last_value(v, true)",
    "any_value(v)",
    "any_value(v, true)",
    "nth_value(v, 2)",
    "nth_value(v, 2) IGNORE NULLS",
    "lag(v) IGNORE NULLS",
    "lead(v, 1) IGNORE NULLS",
    "count(v) FILTER (WHERE v > 1)",
    "min(s)",
    "max(v)",
    "sum(DISTINCT v)",
]
WINDOWS = {
    "whole": "(PARTITION BY k)",
    "running": "(PARTITION BY k ORDER BY n)",
    "sliding": "(PARTITION BY k ORDER BY n ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
    "ahead": "(PARTITION BY k ORDER BY n ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING)",
}


def over(call, window):
    """The call with OVER, inside what stands around the aggregate."""
    for outer in ("round(", "sort_array(", "hex(", "bitmap_count("):
        if call.startswith(outer):
            inner, rest = call[len(outer) :].rsplit(")", 1)[0], ")"
            if outer == "round(":
                inner, rest = inner.rsplit(", ", 1)[0], ", 6)"
            return f"{outer}{over(inner, window)}{rest}"
    return f"{call} OVER {window}"


def cells(spark, ctx, calls):
    """Name, type, nullability and values of each call, or its error; together where none fails."""
    try:
        df = spark.sql(f"SELECT k, n, {', '.join(text for _, text in calls)} FROM t")
        rows = sorted(df.collect(), key=lambda row: (row[0], row[1]))
    except Exception as error:
        if len(calls) == 1:
            yield calls[0][0], ctx.failure(error)
            return
        middle = len(calls) // 2
        yield from cells(spark, ctx, calls[:middle])
        yield from cells(spark, ctx, calls[middle:])
        return
    for at, ((call, _), field) in enumerate(zip(calls, df.schema.fields[2:], strict=True)):
        values = [row[at + 2] for row in rows]
        yield call, [field.name, field.dataType.simpleString(), field.nullable, values]


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES ('a', 1, 4, 'x', 1.25, INTERVAL '1' DAY), ('a', 2, NULL, 'y', 2.50, NULL), ('a', 3, 1, NULL, NULL, INTERVAL '2' DAY), "
        "('a', 4, 4, 'x', 0.75, INTERVAL '6' HOUR), ('b', 1, 2, 'q', 1.00, INTERVAL '1' HOUR), ('b', 2, 3, 'p', 3.00, NULL) AS t(k, n, v, s, d, i)"
    ).createOrReplaceTempView("t")
    for name, window in WINDOWS.items():
        for call, found in cells(spark, ctx, [(call, over(call, window)) for call in CALLS]):
            yield f"{call} {name}", found
