"""What are sums, products and means of numbers and intervals, and what of overflow?"""

CALLS = [
    "sum(v)",
    "sum(i)",
    "CAST(sum(y) AS STRING)",
    "avg(i)",
    "CAST(avg(y) AS STRING)",
    "try_sum(v)",
    "try_avg(v)",
    "try_sum(d)",
    "try_avg(d)",
    "try_sum(i)",
    "try_avg(i)",
    "CAST(try_avg(y) AS STRING)",
    "sum(DISTINCT v)",
    "avg(DISTINCT v)",
    "try_sum(DISTINCT v)",
    "sum(DISTINCT d)",
    "sum(v) FILTER (WHERE v > 2)",
    "try_sum(w)",
    "sum(s)",
    "try_avg(s)",
    "sum(l)",
    "try_sum(l)",
    "avg(l)",
    "try_avg(l)",
    "sum(DISTINCT l)",
    "try_sum(DISTINCT l)",
    "sum(CAST(l AS DECIMAL(38,0)) * 10000000000)",
    "sum(e)",
    "try_sum(e)",
    "avg(e)",
    "try_avg(e)",
    "sum(j)",
    "try_sum(j)",
    "avg(j)",
    "try_avg(j)",
    "CAST(try_sum(z) AS STRING)",
    "sum(z)",
    "avg(z)",
    "product(v)",
    "sum(b)",
    "avg(b)",
    "try_sum(b)",
    "try_avg(b)",
    "sum(TIMESTAMP '2024-01-01')",
    "sum(make_interval(v))",
    "sum()",
    "try_sum()",
    "try_avg(v, v)",
    "sum(NULL)",
    "avg(NULL)",
    "sum(CAST(v AS TINYINT))",
    "avg(CAST(v AS FLOAT))",
    "sum(w)",
    "sum(DISTINCT w)",
    "avg(DISTINCT d)",
    "sum(DISTINCT i)",
    "sum(CAST(d AS DECIMAL(30,2)))",
    "avg(CAST(d AS DECIMAL(38,18)))",
    "try_sum(CAST(d AS DECIMAL(38,2)))",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 1, 1.5D, 2.50, '3', INTERVAL '1' DAY, INTERVAL '1' YEAR, 9223372036854775807L, CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0)), INTERVAL '106751991 04:00:54' DAY TO SECOND, INTERVAL '178956970-7' YEAR TO MONTH, true), "
        "('a', 4, -1D, 1.25, '4.5', INTERVAL '3' DAY, INTERVAL '4' YEAR, 5L, CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0)), INTERVAL '106751991 04:00:54' DAY TO SECOND, INTERVAL '178956970-7' YEAR TO MONTH, false), "
        "('b', 9, NULL, 0.75, NULL, INTERVAL '-5' HOUR, NULL, 5L, 1, NULL, NULL, true), "
        "('b', 4, 8D, NULL, NULL, NULL, INTERVAL '5' MONTH, NULL, NULL, NULL, NULL, NULL), "
        "('c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS t(k, v, w, d, s, i, y, l, e, j, z, b)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    distinct = [call for call in CALLS if "DISTINCT" in call]
    plain = [call for call in CALLS if call not in distinct]
    for calls in (plain, distinct):
        yield from ctx.cells(calls, "FROM t")
    for label, rest in [("by key", "FROM t GROUP BY k"), ("of nothing", "FROM t WHERE k > 'x'")]:
        for call, found in ctx.cells(plain[:17], rest):
            yield f"{call} {label}", found
