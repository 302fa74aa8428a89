"""What do draws give that hang on the rows before: in branches, in lambdas, in several parts, behind filters?"""


def run(spark, ctx):
    spark.range(0, 24, 1, 3).selectExpr(
        "id", "sequence(1, CAST(id AS INT) % 4 + 1) AS a"
    ).createOrReplaceTempView("t")
    for label, query in {
        "parts": "SELECT id, shuffle(a, 42) AS s FROM t",
        "behind": "SELECT * FROM (SELECT id, shuffle(a, 42) AS s FROM t) WHERE id % 3 = 0",
        "behind twice": "SELECT id FROM (SELECT id, shuffle(a, 42) AS s FROM t WHERE id > 2) "
        "WHERE id % 2 = 0 AND s[0] = 1",
        "shuffle in where": "SELECT id FROM t WHERE shuffle(a, 42)[0] = 1 AND id > 5",
        "twice": "SELECT * FROM (SELECT id, shuffle(a, 42) AS s FROM t) x WHERE id % 2 = 0 "
        "UNION ALL SELECT * FROM (SELECT id, shuffle(a, 42) AS s FROM t) x WHERE id % 2 = 1",
        "lambda, parts": "SELECT id, transform(a, x -> rand(7)) AS s FROM t",
        "lambda behind": "SELECT * FROM (SELECT id, transform(a, x -> rand(7)) AS s FROM t) "
        "WHERE id % 3 = 0",
        "lambda in where": "SELECT id FROM t WHERE exists(a, x -> rand(7) > 0.7)",
        "lambda in branch": "SELECT id, CASE WHEN id % 2 = 0 THEN transform(a, x -> rand(7)) END AS s "
        "FROM t",
        "branch in lambda": "SELECT id, transform(a, x -> IF(x > 2, rand(7), 0)) AS s FROM t",
        "two branches in lambda": "SELECT id, transform(a, x -> IF(x > 2, rand(7), rand(7))) AS s "
        "FROM t",
        "same twice in lambda": "SELECT id, transform(a, x -> rand(7) - rand(7)) AS s FROM t",
        "same lambda twice": "SELECT id, transform(a, x -> rand(7)) = transform(a, x -> rand(7)) "
        "AS s FROM t",
        "forall": "SELECT id, forall(a, x -> rand(7) < 0.9) AS s FROM t",
        "nested exists": "SELECT id, transform(a, x -> exists(a, y -> rand(7) > 0.9)) AS s FROM t",
        "filter": "SELECT id, filter(a, (x, i) -> rand(7) + i < 1.5) AS s FROM t",
        "zip_with": "SELECT id, zip_with(a, array(1, 2), (x, y) -> rand(7)) AS s FROM t",
        "reduce, finish": "SELECT id, reduce(a, 0D, (acc, x) -> acc + rand(7), acc -> acc + rand(9)) "
        "AS s FROM t",
        "map_filter": "SELECT id, map_filter(map_from_arrays(a, a), (k, v) -> rand(7) > 0.5) AS s "
        "FROM t",
        "transform_keys": "SELECT id, transform_keys(map_from_arrays(a, a), (k, v) -> k + rand(7)) "
        "AS s FROM t",
        "map_zip_with": "SELECT id, map_zip_with(map_from_arrays(a, a), map(2, 3, 9, 9), "
        "(k, v, w) -> rand(7)) AS s FROM t",
        "limited": "SELECT id, transform(a, x -> rand(7)) AS s FROM t LIMIT 3",
        "join": "SELECT l.id, l.s = r.s AS same FROM (SELECT id, shuffle(a, 42) AS s FROM t) l "
        "JOIN (SELECT id, shuffle(a, 42) AS s FROM t) r ON l.id = r.id WHERE l.id > 3",
        "rand in branch": "SELECT id, CASE WHEN id % 2 = 0 THEN rand(7) ELSE rand(7) END AS s FROM t",
        "rand in one branch": "SELECT id, IF(id % 2 = 0, rand(7), -1) AS s FROM t",
        "rand behind and": "SELECT id, id % 3 = 0 AND rand(7) > 0.5 AS s FROM t",
        "rand in coalesce": "SELECT id, coalesce(IF(id % 2 = 0, 1D, NULL), rand(7)) AS s FROM t",
        "rand of null": "SELECT id, IF(id % 2 = 0, id, NULL) + rand(7) AS s FROM t",
        "shuffle in branch": "SELECT id, CASE WHEN id % 2 = 0 THEN shuffle(a, 3) END AS s FROM t",
        "shuffle of null": "SELECT id, shuffle(IF(id % 2 = 0, a, NULL), 3) AS s FROM t",
        "lambda of null": "SELECT id, transform(IF(id % 2 = 0, a, NULL), x -> rand(7)) AS s FROM t",
        "uniform in lambda": "SELECT id, transform(a, x -> uniform(x, 100, 3)) AS s FROM t",
        "sorted": "SELECT id, transform(a, x -> rand(7)) AS s FROM (SELECT * FROM t ORDER BY id DESC)",
        "counted": "SELECT count(*) FROM (SELECT transform(a, x -> rand(7)) AS s FROM t)",
        "grouped": "SELECT id % 2 AS k, max(s[0]) FROM (SELECT id, transform(a, x -> rand(7)) AS s "
        "FROM t) GROUP BY id % 2",
        "aggregate over": "SELECT max(element_at(transform(a, x -> rand(7)), 1)) AS m FROM t",
    }.items():
        yield label, ctx.outcome(lambda query=query: spark.sql(query).collect())
    df = spark.sql("SELECT id, transform(a, x -> rand(7)) AS s FROM t")
    yield "one frame, twice", df.unionAll(df).where("id = 9")
    yield "again", df.where("id = 9")
    yield "one row", spark.sql("SELECT transform(array(1, 2), x -> rand(7)) AS s")
    one = spark.range(1).selectExpr("transform(array(1, 2), x -> rand(7)) AS s")
    yield "one row, once", one
    yield "one row, again", one
