"""What do max_by and min_by give, one value or k of them?"""

CALLS = [
    "max_by(s, v)",
    "min_by(s, v)",
    "max_by(s, v, 2)",
    "min_by(s, v, 2)",
    "max_by(v, w, 10)",
    "min_by(n, v, 3)",
    "max_by(s, v) FILTER (WHERE v < 5)",
    "max_by(DISTINCT s, v)",
    "max_by(s, w, 1)",
    "max_by(s, v, 0)",
    "max_by(s, v, -1)",
    "max_by(s, v, 100001)",
    "max_by(s, v, CAST(2 AS BIGINT))",
    "max_by(s, v, 2.0)",
    "max_by(s, v, '2')",
    "max_by(s, v, NULL)",
    "max_by(s, v, v)",
    "max_by(s, v, 1, 1)",
    "max_by(s)",
    "max_by(s, map(k, v))",
    "min_by(s, map(k, v), 2)",
    "max_by(struct(s, v), struct(v, s))",
    "max_by(s, array(v))",
    "min(map(k, v))",
    "max(INTERVAL '1' DAY * v)",
    "min(b)",
    "max(x)",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 1, 1.5D, 'x', NULL, true, X'01'), ('a', 3, 0.5D, 'y', 1, false, X'0101'), ('b', 7, double('NaN'), 'z', 2, NULL, X''), "
        "('b', NULL, 9D, 'n', 3, true, NULL), ('c', NULL, NULL, 'o', 4, NULL, NULL), ('c', 5, -1D, NULL, 5, NULL, NULL) AS t(k, v, w, s, n, b, x)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    distinct = [call for call in CALLS if "DISTINCT" in call]
    plain = [call for call in CALLS if call not in distinct]
    for calls in (plain, distinct):
        yield from ctx.cells(calls, "FROM t")
    for label, rest in [("by key", "FROM t GROUP BY k"), ("of nothing", "FROM t WHERE k > 'x'")]:
        for call, found in ctx.cells(plain[:9], rest):
            yield f"{call} {label}", found
