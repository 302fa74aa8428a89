"""What does GROUP BY ALL group by, and when is it refused?"""

QUERIES = [
    "SELECT k, sum(v) s FROM t GROUP BY ALL",
    "SELECT sum(v) s FROM t GROUP BY ALL",
    "SELECT k, l FROM t GROUP BY ALL",
    "SELECT * FROM t GROUP BY ALL",
    "SELECT k, l || 'z' z, max(v) m FROM t GROUP BY ALL",
    "SELECT k AS a, a || '!' b, count(*) n FROM t GROUP BY ALL",
    "SELECT v % 2, v % 2 + sum(v) FROM t GROUP BY ALL",
    "SELECT k, v + sum(v) FROM t GROUP BY ALL",
    "SELECT sum(v) + k FROM t GROUP BY ALL",
    "SELECT k, sum(v) FROM t GROUP BY ALL HAVING sum(v) > 2",
    "SELECT 1, count(*) n FROM t GROUP BY ALL",
    "SELECT 1 FROM t GROUP BY ALL",
    "SELECT 'a', k FROM t GROUP BY ALL",
    "SELECT k, (SELECT 1) q, count(*) n FROM t GROUP BY ALL",
    "SELECT k, row_number() OVER (ORDER BY k) r FROM t GROUP BY ALL",
    "SELECT k, rank() OVER (ORDER BY sum(v)) r FROM t GROUP BY ALL",
    "SELECT ALL.k, count(*) n FROM t AS ALL GROUP BY ALL.k",
    "SELECT all, count(*) n FROM (SELECT k AS all FROM t) GROUP BY all",
    "SELECT k, count(*) n FROM t GROUP BY ALL, k",
    "SELECT k, count(*) n FROM t GROUP BY `all`",
    "SELECT count(*) n FROM t GROUP BY ALL ORDER BY k",
]


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES ('a', 'x', 1), ('a', 'y', 2), ('b', 'x', 3), (null, 'x', 4) AS t(k, l, v)"
    ).createOrReplaceTempView("t")

    def rows(text):
        df = spark.sql(text)
        return [df.columns, sorted((list(row) for row in df.collect()), key=str)]

    for text in QUERIES:
        yield text, ctx.outcome(lambda text=text: rows(text))
    yield (
        "order by all",
        ctx.outcome(
            lambda: [list(r) for r in spark.sql("SELECT v, k FROM t ORDER BY ALL DESC").collect()]
        ),
    )
    yield (
        "both",
        ctx.outcome(
            lambda: [
                list(r)
                for r in spark.sql(
                    "SELECT k, count(*) n FROM t GROUP BY ALL ORDER BY ALL NULLS LAST"
                ).collect()
            ]
        ),
    )
