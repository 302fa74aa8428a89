"""posexplode, inline, stack, json_tuple: in a select list, beside columns, and by LATERAL VIEW."""

from pyspark.sql import functions as F

QUERIES = [
    "SELECT posexplode(array('a', null, 'b'))",
    "SELECT posexplode(map('a', 1, 'b', 2))",
    "SELECT posexplode(xs) FROM t",
    "SELECT posexplode_outer(xs) FROM t",
    "SELECT id, posexplode(xs) FROM t",
    "SELECT id, posexplode_outer(xs) FROM t",
    "SELECT id, posexplode(m) FROM t",
    "SELECT id, posexplode_outer(m) FROM t",
    "SELECT id, posexplode(xs) AS (p, v) FROM t",
    "SELECT posexplode(m) AS (p, k, v) FROM t",
    "SELECT explode(m) AS (k, v) FROM t",
    "SELECT explode(xs) AS x FROM t",
    "SELECT explode(xs) AS (x) FROM t",
    "SELECT explode_outer(m) AS (k, v), id FROM t",
    "SELECT id, explode(xs) + 1 FROM t",
    "SELECT explode(xs), explode(xs) FROM t",
    "SELECT posexplode(xs) AS p FROM t",
    "SELECT posexplode(xs) AS (a, b, c) FROM t",
    "SELECT inline(array(struct(1, 'a'), struct(2, 'b')))",
    "SELECT inline(array(named_struct('x', 1, 'y', 'a'), null))",
    "SELECT inline_outer(array(named_struct('x', 1), null))",
    "SELECT id, inline(ps) FROM t",
    "SELECT id, inline_outer(ps) FROM t",
    "SELECT id, inline(ps) AS (u, w) FROM t",
    "SELECT inline(array(1))",
    "SELECT inline(1)",
    "SELECT stack(2, 1, 2, 3)",
    "SELECT stack(2, 1, 'a', 2, 'b')",
    "SELECT stack(3, 1, 2, 3)",
    "SELECT stack(1, 1, 2, 3)",
    "SELECT id, stack(2, id, 'a', id + 10, 'b') AS (n, s) FROM t",
    "SELECT stack(2, 1, 'a', 'b', 2)",
    "SELECT stack(2, 1, 'x', null, 'y')",
    "SELECT stack(0, 1)",
    "SELECT stack(-1, 1)",
    "SELECT stack('a', 1)",
    "SELECT stack(id, 1) FROM t",
    "SELECT stack(2)",
    "SELECT stack()",
    "SELECT stack(2, 1, 2.5D)",
    "SELECT stack(2, 1, 1L)",
    "SELECT json_tuple('{\"a\": 1, \"b\": \"x\"}', 'a', 'b')",
    "SELECT json_tuple('{\"a\": {\"c\": [1, 2]}, \"b\": null, \"d\": true}', 'a', 'b', 'd', 'nope')",
    "SELECT id, json_tuple(j, 'a', 'b') FROM t",
    "SELECT id, json_tuple(j, 'a', 'b') AS (x, y) FROM t",
    "SELECT json_tuple('not json', 'a')",
    "SELECT json_tuple(null, 'a')",
    "SELECT json_tuple('[{\"a\": 1}]', 'a')",
    "SELECT json_tuple('{\"a\": 1}')",
    "SELECT json_tuple(1, 'a')",
    "SELECT json_tuple('{\"a\": 1, \"a\": 2}', 'a', 'a')",
    "SELECT id, x FROM t LATERAL VIEW explode(xs) e AS x",
    "SELECT id, x FROM t LATERAL VIEW OUTER explode(xs) e AS x",
    "SELECT id, e.col FROM t LATERAL VIEW explode(xs) e",
    "SELECT * FROM t LATERAL VIEW explode(m) e AS k, v",
    "SELECT id, p, x FROM t LATERAL VIEW posexplode(xs) e AS p, x",
    "SELECT id, x, y FROM t LATERAL VIEW explode(xs) e AS x LATERAL VIEW explode(array(x, x * 10)) f AS y",
    "SELECT id, u, w FROM t LATERAL VIEW inline(ps) e AS u, w",
    "SELECT id, u FROM t LATERAL VIEW OUTER inline(ps) e AS u, w WHERE id > 1",
    "SELECT id, a FROM t LATERAL VIEW json_tuple(j, 'a') e AS a",
    "SELECT n, s FROM t LATERAL VIEW stack(2, id, 'a', id + 10, 'b') e AS n, s",
    "SELECT x, count(*) c FROM t LATERAL VIEW explode(xs) e AS x GROUP BY x",
    "SELECT id, x FROM t LATERAL VIEW explode(xs) AS x",
    "SELECT id, x FROM t LATERAL VIEW explode(xs) e AS x, y",
    "SELECT id, x FROM t LATERAL VIEW upper('a') e AS x",
    "SELECT id, x FROM t LATERAL VIEW nope(xs) e AS x",
    "SELECT id, x FROM t LATERAL VIEW explode(id) e AS x",
    "SELECT t.id, e.x, u.id FROM t LATERAL VIEW explode(xs) e AS x JOIN t u ON u.id = e.x",
    "SELECT * FROM explode(array(1, 2))",
    "SELECT * FROM posexplode(array('a', 'b')) AS p(i, v)",
    "SELECT * FROM inline(array(struct(1, 'a'), struct(2, 'b')))",
    "SELECT * FROM stack(2, 1, 2, 3)",
    "SELECT * FROM json_tuple('{\"a\": 1}', 'a')",
    "SELECT * FROM explode_outer(array())",
    "SELECT id FROM t WHERE explode(xs) = 1",
    "SELECT id FROM t ORDER BY explode(xs)",
    "SELECT explode(collect_list(id)) FROM t",
    "SELECT id % 2 k, explode(sort_array(collect_list(id))) v FROM t GROUP BY id % 2",
    "SELECT DISTINCT explode(array(1, 1, 2))",
    "SELECT id, array(explode(xs)) FROM t",
]


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES (1, array(1, 2), map('a', 1, 'b', 2), array(named_struct('x', 1, 'y', 'p'), named_struct('x', 2, 'y', 'q')), '{\"a\": 1, \"b\": \"z\"}'), "
        "(2, array(), map(), array(), '{}'), (3, null, null, null, null), (4, array(null, 4), map('c', null), array(null), '{\"a\": null, \"b\": [1]}') "
        "AS t(id, xs, m, ps, j)"
    ).createOrReplaceTempView("t")
    for query in QUERIES:
        try:
            df = spark.sql(query)
            df.collect()
        except Exception as error:
            yield query, ctx.failure(error)
            continue
        yield query, df
    t = spark.table("t")
    frames = {
        "posexplode": lambda: t.select("id", F.posexplode("xs")),
        "posexplode named": lambda: t.select("id", F.posexplode("xs").alias("p", "v")),
        "posexplode_outer": lambda: t.select("id", F.posexplode_outer("xs")),
        "explode of a map": lambda: t.select(F.explode("m").alias("k", "v")),
        "explode of a map, one name": lambda: t.select(F.explode("m").alias("k")),
        "inline": lambda: t.select("id", F.inline("ps")),
        "inline_outer": lambda: t.select("id", F.inline_outer("ps")),
        "stack": lambda: t.select(F.stack(F.lit(2), "id", F.lit("a"), F.lit(9), F.lit("b"))),
        "stack named": lambda: t.select(F.stack(F.lit(2), "id", F.lit(9)).alias("n")),
        "json_tuple": lambda: t.select("id", F.json_tuple("j", "a", "b")),
        "json_tuple named": lambda: t.select("id", F.json_tuple("j", "a", "b").alias("x", "y")),
        "with_column": lambda: t.select("id", "xs").withColumn("x", F.explode("xs")),
        "with_column of two": lambda: t.select("id", "m").withColumn("x", F.explode("m")),
        "alias with too many": lambda: t.select(F.explode("xs").alias("a", "b")),
        "alias of no generator": lambda: t.select(F.col("id").alias("a", "b")),
        "two generators": lambda: t.select(F.explode("xs"), F.explode("xs")),
    }
    for label, make in frames.items():
        try:
            df = make()
            df.collect()
        except Exception as error:
            yield label, ctx.failure(error)
            continue
        yield label, df
