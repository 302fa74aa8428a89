"""Where may a column of variants stand: keys, order, sets, joins, generators, JSON?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    spark.sql(
        """SELECT id, parse_json(j) AS v FROM VALUES (1, '{"a":1,"b":"x"}'), (2, '[1,null]'), (3, '5'), (4, NULL) AS t(id, j)"""
    ).createOrReplaceTempView("t")
    for text in (
        "SELECT v = v FROM t",
        "SELECT v < v FROM t",
        "SELECT v <=> v FROM t",
        "SELECT v IN (v) FROM t",
        "SELECT v, count(*) FROM t GROUP BY v",
        "SELECT v FROM t ORDER BY v",
        "SELECT DISTINCT v FROM t",
        "SELECT v FROM t UNION SELECT v FROM t",
        "SELECT v FROM t INTERSECT SELECT v FROM t",
        "SELECT max(v) FROM t",
        "SELECT map(v, 1) FROM t",
        "SELECT hash(v) FROM t",
        "SELECT xxhash64(struct(v)) FROM t",
        "SELECT v + 1 FROM t",
        "SELECT coalesce(v, 2) FROM t",
        "SELECT variant_explode(v) FROM t",
        "SELECT * FROM t a JOIN t b ON a.v = b.v",
        "SELECT row_number() OVER (PARTITION BY id ORDER BY v) FROM t",
        "SELECT explode(v) FROM t",
        "SELECT v.a FROM t",
        "SELECT v[0] FROM t",
        "SELECT id, pos, key, value FROM t LATERAL VIEW variant_explode(v) e AS pos, key, value",
    ):
        yield text, ctx.error(lambda text=text: spark.sql(text).collect())
    for text in (
        "SELECT id, v FROM t UNION ALL SELECT id, v FROM t",
        "SELECT id, coalesce(v, parse_json('0')) AS v FROM t",
        "SELECT id, if(id > 1, v, NULL) AS v, CASE WHEN id = 1 THEN v END AS w FROM t",
        "SELECT id, array(v, v) AS a, named_struct('v', v) AS s, map('k', v) AS m FROM t",
        "SELECT count(v) AS c, first(v) AS f, collect_list(to_json(v)) AS l FROM t",
        "SELECT id, e.* FROM t, LATERAL variant_explode(v) e",
        'SELECT * FROM variant_explode(parse_json(\'["hello", "world"]\'))',
        'SELECT * FROM variant_explode(input => parse_json(\'{"b": true, "a": 3.14}\'))',
        "SELECT * FROM variant_explode(parse_json('1'))",
        "SELECT * FROM variant_explode_outer(parse_json('1'))",
        "SELECT * FROM variant_explode(NULL)",
        "SELECT to_json(struct(id, v)) AS j, to_json(v) AS w, to_json(array(v)) AS a FROM t",
        """SELECT from_json('{"a":1,"b":{"c":2}}', 'variant') AS a, from_json('{"a":1,"b":{"c":[2]}}', 'a int, b variant') AS b, from_json('{"a":', 'variant') AS c, from_json('{"a":1}', 'a variant').a AS d""",
    ):
        yield text, spark.sql(text)
    df = spark.table("t")
    yield (
        "rows made in Python",
        spark.createDataFrame([tuple(row) for row in df.collect()], df.schema),
    )
    yield (
        "as Python",
        [
            None if row.v is None else [row.v.toPython(), row.v.toJson(), str(row.v)]
            for row in df.orderBy("id").collect()
        ],
    )
    yield "tvf", spark.tvf.variant_explode(F.parse_json(F.lit('{"a": 1}')))
    yield "tvf outer", spark.tvf.variant_explode_outer(F.parse_json(F.lit("1")))
    yield (
        "join",
        df.alias("a").join(df.alias("b"), "id").select("id", "a.v", F.col("b.v").alias("w")),
    )
    yield "cached", df.cache().filter("id < 3")
