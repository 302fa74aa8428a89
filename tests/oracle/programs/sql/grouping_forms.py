"""Which combinations of keys, CUBE, ROLLUP and GROUPING SETS does GROUP BY take, with which rows?"""

QUERIES = [
    "SELECT k, l, sum(v) s FROM t GROUP BY k, CUBE (l)",
    "SELECT k, l, m, count(*) n, grouping_id() g FROM t GROUP BY k, ROLLUP (l, m)",
    "SELECT k, l, m, count(*) n, grouping_id() g FROM t GROUP BY ROLLUP (k), CUBE (l, m)",
    "SELECT k, l, count(*) n FROM t GROUP BY GROUPING SETS ((k), ()), GROUPING SETS ((l), ())",
    "SELECT k, l, count(*) n FROM t GROUP BY GROUPING SETS (ROLLUP (k, l), CUBE (k))",
    "SELECT k, l, count(*) n FROM t GROUP BY GROUPING SETS ((k), GROUPING SETS ((l), ()))",
    "SELECT k, count(*) n FROM t GROUP BY GROUPING SETS ((k), (k), ())",
    "SELECT k, count(*) n, grouping_id() g FROM t GROUP BY GROUPING SETS ((k), (k))",
    "SELECT k, l, count(*) n FROM t GROUP BY ROLLUP ((k, l), m)",
    "SELECT k, l, count(*) n FROM t GROUP BY CUBE ((k, l))",
    "SELECT k, l, count(*) n FROM t GROUP BY k, l WITH CUBE",
    "SELECT k, l, count(*) n FROM t GROUP BY k, l GROUPING SETS ((k), (l), ())",
    "SELECT k, l, count(*) n FROM t GROUP BY k, l, m GROUPING SETS ((k), (l))",
    "SELECT k, l, count(*) n FROM t GROUP BY k GROUPING SETS ((k), (l))",
    "SELECT count(*) n FROM t GROUP BY GROUPING SETS (())",
    "SELECT count(*) n FROM t GROUP BY GROUPING SETS ((), ())",
    "SELECT sum(v) s FROM t WHERE v > 99 GROUP BY GROUPING SETS ((k), ())",
    "SELECT sum(v) s FROM t WHERE v > 99 GROUP BY GROUPING SETS (())",
    "SELECT sum(v) s, count(*) n FROM t WHERE v > 99 GROUP BY ROLLUP (k)",
    "SELECT k, sum(v) s FROM t GROUP BY ROLLUP (1)",
    "SELECT k, l, sum(v) s FROM t GROUP BY GROUPING SETS ((1), (2))",
    "SELECT k, l, sum(v) s FROM t GROUP BY 1, ROLLUP (2)",
    "SELECT k, sum(v) s FROM t GROUP BY ROLLUP (2)",
    "SELECT k, sum(v) s FROM t GROUP BY CUBE (5)",
    "SELECT upper(k) u, sum(v) s FROM t GROUP BY ROLLUP (u)",
    "SELECT v % 2 p, sum(v) s, v % 2 + 10 q FROM t GROUP BY CUBE (v % 2)",
    "SELECT v, sum(v) s, max(v + 1) m FROM t GROUP BY ROLLUP (v)",
    "SELECT k, grouping(k), sum(v) s FROM t GROUP BY CUBE (k)",
    "SELECT grouping(k) + grouping(l) g, count(*) n FROM t GROUP BY CUBE (k, l)",
    "SELECT grouping_id(k, l) g, count(*) n FROM t GROUP BY CUBE (k, l)",
    "SELECT grouping_id(), grouping_id(k), count(*) n FROM t GROUP BY CUBE (k)",
    "SELECT grouping__id, count(*) n FROM t GROUP BY CUBE (k, l)",
    "SELECT spark_grouping_id, count(*) n FROM t GROUP BY CUBE (k, l)",
    "SELECT k, l, grouping_id() g FROM t GROUP BY GROUPING SETS ((l), (k, l))",
    "SELECT k, l, m, grouping_id() g FROM t GROUP BY GROUPING SETS ((m), (l, k))",
    "SELECT grouping_id(l, k) g, count(*) n FROM t GROUP BY CUBE (k, l)",
    "SELECT grouping_id(k) g, count(*) n FROM t GROUP BY CUBE (k, l)",
    "SELECT grouping(v) g, count(*) n FROM t GROUP BY CUBE (k, l)",
    "SELECT grouping(k, l) g, count(*) n FROM t GROUP BY CUBE (k, l)",
    "SELECT grouping() g, count(*) n FROM t GROUP BY CUBE (k, l)",
    "SELECT grouping_id() g, count(*) n FROM t GROUP BY k, l",
    "SELECT grouping_id() g FROM t",
    "SELECT k FROM t WHERE grouping(k) = 1 GROUP BY CUBE (k)",
    "SELECT k, sum(v) s FROM t GROUP BY CUBE (k) HAVING grouping(k) = 1",
    "SELECT k, sum(v) s FROM t GROUP BY CUBE (k) HAVING grouping_id() = 0 AND sum(v) > 2",
    "SELECT k, sum(v) s FROM t GROUP BY CUBE (k) HAVING k IS NULL",
    "SELECT k FROM t GROUP BY k HAVING grouping(k) = 0",
    "SELECT k FROM t GROUP BY k ORDER BY grouping(k)",
    "SELECT k, l FROM t GROUP BY CUBE (k, l) HAVING count(*) > 1",
    "SELECT DISTINCT k FROM t GROUP BY CUBE (k, l)",
    "SELECT k, count(DISTINCT v) d, sum(v) FILTER (WHERE v > 1) f FROM t GROUP BY ROLLUP (k)",
    "SELECT k, l, v FROM t GROUP BY CUBE (k, l)",
    "SELECT k, rank() OVER (ORDER BY sum(v) DESC) r FROM t GROUP BY ROLLUP (k)",
    "SELECT k, rank() OVER (PARTITION BY grouping(k) ORDER BY sum(v)) r FROM t GROUP BY ROLLUP (k)",
    "SELECT coalesce(k, 'all') c, CASE WHEN grouping(k) = 1 THEN 'x' ELSE 'y' END w FROM t GROUP BY CUBE (k)",
    "SELECT 1 one, k FROM t GROUP BY 'a', CUBE (k)",
    "SELECT k FROM t GROUP BY CUBE ()",
    "SELECT k FROM t GROUP BY ROLLUP",
    "SELECT k FROM t GROUP BY CUBE (sum(v))",
    "SELECT k, count(*) n FROM t GROUP BY CUBE (k, k)",
    "SELECT k, count(*) n, grouping_id() g FROM t GROUP BY k, ROLLUP (k)",
    "SELECT t.k, count(*) n FROM t GROUP BY CUBE (T.K)",
]

ORDERED = [
    "SELECT k, sum(v) s FROM t GROUP BY CUBE (k) ORDER BY grouping(k), k",
    "SELECT k, l, sum(v) s FROM t GROUP BY CUBE (k, l) ORDER BY grouping_id(), k, l",
    "SELECT k, l FROM t GROUP BY ROLLUP (k, l) ORDER BY grouping_id(k, l) DESC, sum(v), k, l",
    "SELECT k, l, count(*) FROM t GROUP BY ROLLUP (k, l) HAVING grouping(l) = 1 ORDER BY grouping(k), k",
]


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES ('a', 'x', 1, 1), ('a', 'y', 1, 2), ('b', 'x', 2, 3), (null, 'x', 2, 4)"
        " AS t(k, l, m, v)"
    ).createOrReplaceTempView("t")

    def rows(text, ordered=False):
        df = spark.sql(text)
        found = [list(row) for row in df.collect()]
        names = [(f.name, f.dataType.simpleString(), f.nullable) for f in df.schema]
        return [[list(n) for n in names], found if ordered else sorted(found, key=str)]

    for text in QUERIES:
        yield text, ctx.outcome(lambda text=text: rows(text))
    for text in ORDERED:
        yield text, ctx.outcome(lambda text=text: rows(text, True))
