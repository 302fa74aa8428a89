"""What do collected lists and sets hold, distinct, filtered, of nothing?"""

CALLS = [
    "collect_list(v)",
    "array_agg(v)",
    "sort_array(collect_set(v))",
    "sort_array(collect_list(DISTINCT v))",
    "sort_array(collect_set(DISTINCT v))",
    "collect_list(v) FILTER (WHERE v > 1)",
    "sort_array(collect_set(v) FILTER (WHERE v > 1))",
    "sort_array(array_agg(DISTINCT v) FILTER (WHERE v > 1))",
    "collect_list(struct(v, s))",
    "sort_array(collect_union(l))",
    "size(collect_list(w))",
    "sort_array(collect_set(w))",
    "collect_list(m)",
    "collect_set(m)",
    "collect_list(l)",
    "sort_array(collect_set(l))",
    "collect_list(NULL)",
    "collect_set(NULL)",
    "collect_list()",
    "collect_list(v, 2)",
    "collect_union(v)",
    "collect_union(l, l)",
    "count(DISTINCT l)",
    "count(DISTINCT v, s)",
    "count(DISTINCT m)",
    "count(DISTINCT v) FILTER (WHERE v > 1)",
    "count(v, s)",
    "count()",
    "count(s) FILTER (WHERE v)",
    "count(DISTINCT *)",
    "min(DISTINCT v)",
    "max(DISTINCT v)",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 3, 'x', array(1, 2), 0.0D, map('a', 1)), ('a', 1, 'y', array(2, NULL), -0.0D, map('b', 1)), ('b', 3, 'x', array(), double('NaN'), NULL), ('b', NULL, NULL, array(1, 2), double('NaN'), NULL), "
        "('c', NULL, 'q', NULL, NULL, NULL) AS t(k, v, s, l, w, m)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    distinct = [call for call in CALLS if "DISTINCT" in call]
    plain = [call for call in CALLS if call not in distinct]
    for calls in (plain, distinct):
        yield from ctx.cells(calls, "FROM t")
    for label, rest in [("by key", "FROM t GROUP BY k"), ("of nothing", "FROM t WHERE k > 'x'")]:
        for call, found in ctx.cells(plain[:12], rest):
            yield f"{call} {label}", found
