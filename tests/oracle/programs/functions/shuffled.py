"""In what order does shuffle with a seed give values, and what do random functions inside lambdas give?"""


def run(spark, ctx):
    spark.range(0, 6, 1, 1).selectExpr(
        "id", "sequence(1, CAST(id AS INT) + 3) AS a"
    ).createOrReplaceTempView("t")
    for label, query in {
        "seed": "SELECT id, shuffle(a, 42) AS s FROM t",
        "seed 0": "SELECT id, shuffle(a, 0) AS s FROM t",
        "negative": "SELECT id, shuffle(a, -7) AS s FROM t",
        "long": "SELECT id, shuffle(a, 12345678901L) AS s FROM t",
        "null": "SELECT shuffle(CAST(NULL AS ARRAY<INT>), 1) AS s",
        "empty": "SELECT shuffle(array(), 1) AS s",
        "nulls": "SELECT shuffle(array(1, NULL, 3), 1) AS s",
        "texts": "SELECT id, shuffle(array('a', 'b', 'c', 'd'), 5) AS s FROM t",
        "filtered behind": "SELECT * FROM (SELECT id, shuffle(a, 42) AS s FROM t) WHERE id > 2",
        "filtered by it": "SELECT * FROM (SELECT id, shuffle(a, 42) AS s FROM t) WHERE s[0] > 2",
        "filtered before": "SELECT id, shuffle(a, 42) AS s FROM (SELECT * FROM t WHERE id > 2)",
        "twice": "SELECT id, shuffle(a, 42) AS s, shuffle(a, 42) AS u FROM t",
        "rand in lambda": "SELECT id, transform(a, x -> rand(7)) AS s FROM t",
        "rand and element": "SELECT id, transform(a, x -> x + rand(7)) AS s FROM t",
        "filter in lambda": "SELECT id, filter(a, x -> rand(7) < 0.5) AS s FROM t",
        "exists in lambda": "SELECT id, exists(a, x -> rand(7) > 0.9) AS s FROM t",
        "randn in lambda": "SELECT id, transform(a, x -> randn(7)) AS s FROM t",
        "nested": "SELECT id, transform(a, x -> transform(array(1, 2), y -> rand(7))) AS s FROM t",
        "two": "SELECT id, transform(a, x -> struct(rand(7), rand(8))) AS s FROM t",
        "aggregate": "SELECT id, aggregate(a, 0D, (acc, x) -> acc + rand(7)) AS s FROM t",
        "map": "SELECT id, transform_values(map_from_arrays(a, a), (k, v) -> rand(7)) AS s FROM t",
        "shuffle in lambda": "SELECT id, transform(array(1, 2), x -> shuffle(a, 3)) AS s FROM t",
        "uniform in lambda": "SELECT id, transform(a, x -> uniform(0, 100, 3)) AS s FROM t",
        "randstr in lambda": "SELECT id, transform(a, x -> randstr(3, 5)) AS s FROM t",
        "beside": "SELECT id, rand(7) AS r, transform(a, x -> rand(7)) AS s FROM t",
    }.items():
        yield (
            label,
            ctx.outcome(lambda query=query: [list(row) for row in spark.sql(query).collect()]),
        )
    bad = {
        "text": "SELECT shuffle('a', 1)",
        "seed of text": "SELECT shuffle(array(1), 'x')",
        "seed of a column": "SELECT shuffle(a, id) FROM t",
        "null seed": "SELECT shuffle(array(1, 2, 3), NULL)",
        "three": "SELECT shuffle(array(1), 2, 3)",
    }
    for label, query in bad.items():
        yield (
            label,
            ctx.outcome(lambda query=query: [list(row) for row in spark.sql(query).collect()]),
        )
