"""What does listagg join, in which order, and what does it refuse?"""

CALLS = [
    "listagg(s)",
    "listagg(s, '-')",
    "string_agg(s, ', ')",
    "listagg(DISTINCT s, '-') WITHIN GROUP (ORDER BY s)",
    "listagg(s, '-') WITHIN GROUP (ORDER BY v DESC NULLS LAST, s)",
    "listagg(s) WITHIN GROUP (ORDER BY s DESC)",
    "string_agg(s) WITHIN GROUP (ORDER BY v)",
    "listagg(s, '-') FILTER (WHERE v > 1)",
    "listagg(s, NULL)",
    "listagg(b, X'2D')",
    "listagg(b)",
    "listagg(DISTINCT s)",
    "listagg(CAST(v AS STRING), '-')",
    "listagg(v, '-')",
    "listagg(d, '-')",
    "listagg(NULL)",
    "listagg(s, k)",
    "listagg(s, X'2D')",
    "listagg(array(s))",
    "listagg(DISTINCT s) WITHIN GROUP (ORDER BY v)",
    "listagg(DISTINCT v) WITHIN GROUP (ORDER BY v)",
    "listagg(DISTINCT s) WITHIN GROUP (ORDER BY s, v)",
    "listagg()",
    "listagg(s, '-', 1)",
    "sum(v) WITHIN GROUP (ORDER BY v)",
    "upper(s) WITHIN GROUP (ORDER BY v)",
    "listagg(s) WITHIN GROUP (ORDER BY v) FILTER (WHERE k = 'a')",
    "upper(listagg(s))",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 1, 'x', X'01', 1.5), ('a', 3, 'y', X'02', 2.5), ('b', 2, 'x', NULL, NULL), ('b', NULL, NULL, X'03', 0.5), "
        "('c', NULL, NULL, NULL, NULL), ('c', 5, 'w', X'04', 4.0) AS t(k, v, s, b, d)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    distinct = [call for call in CALLS if "DISTINCT" in call]
    plain = [call for call in CALLS if call not in distinct]
    for calls in (plain, distinct):
        yield from ctx.cells(calls, "FROM t")
    for label, rest in [("by key", "FROM t GROUP BY k"), ("of nothing", "FROM t WHERE k > 'x'")]:
        for call, found in ctx.cells(plain[:10], rest):
            yield f"{call} {label}", found
