"""What are first, last and any value, with nulls taken or passed over?"""

CALLS = [
    "first(v)",
    "last(v)",
    "first(v, true)",
    "last(v, true)",
    "first(v, false)",
    "first_value(v)",
    "first_value(v, true)",
    "last_value(v, true)",
    "any_value(v)",
    "any_value(v, true)",
    "first(v) IGNORE NULLS",
    "last(v) IGNORE NULLS",
    "first_value(v) IGNORE NULLS",
    "last_value(v) RESPECT NULLS",
    "any_value(v) IGNORE NULLS",
    "first(v IGNORE NULLS)",
    "last_value(v IGNORE NULLS)",
    "first(v) FILTER (WHERE v > 2)",
    "first(v) IGNORE NULLS FILTER (WHERE v > 2)",
    "first(v, true) IGNORE NULLS",
    "first(DISTINCT v)",
    "first(struct(v, s))",
    "first(v, NULL)",
    "first(v, 1)",
    "first(v, v > 1)",
    "any_value(v, s)",
    "last(v, 'true')",
    "first()",
    "first(v, true, 1)",
    "last_value()",
    "sum(v) IGNORE NULLS",
    "collect_list(v) IGNORE NULLS",
    "collect_list(v) RESPECT NULLS",
    "collect_set(v) RESPECT NULLS",
    "array_agg(v) RESPECT NULLS",
    "max(v) IGNORE NULLS",
    "upper(s) IGNORE NULLS",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', NULL, 'x'), ('a', 3, 'y'), ('b', 5, 'z'), ('b', NULL, NULL), ('c', NULL, NULL) AS t(k, v, s)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    distinct = [call for call in CALLS if "DISTINCT" in call]
    plain = [call for call in CALLS if call not in distinct]
    for calls in (plain, distinct):
        yield from ctx.cells(calls, "FROM t")
    for label, rest in [("by key", "FROM t GROUP BY k"), ("of nothing", "FROM t WHERE k > 'x'")]:
        for call, found in ctx.cells(plain[:18], rest):
            yield f"{call} {label}", found
