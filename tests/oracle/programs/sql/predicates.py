"""BETWEEN, IN, LIKE, RLIKE, IS, <=>, and their precedence."""


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES (1, 'apple'), (5, 'a%b'), (9, null), (null, 'Banana') AS t(n, s)"
    ).createOrReplaceTempView("t")
    for condition in [
        "n BETWEEN 1 AND 5",
        "n NOT BETWEEN 1 AND 5",
        "n IN (1, 9)",
        "n NOT IN (1)",
        "s IN ('apple', null)",
        "s LIKE 'a%'",
        "s NOT LIKE 'a%'",
        "s LIKE '_a%'",
        "s LIKE 'a!%b' ESCAPE '!'",
        "s LIKE 'a\\\\%b'",
        "s ILIKE 'b%'",
        "s RLIKE '^[a-c]p'",
        "s REGEXP 'an'",
        "s LIKE ANY ('a%', 'B%')",
        "s LIKE ALL ('a%', '%e')",
        "s IS NULL",
        "n IS NOT NULL",
        "n <=> null",
        "NOT n = 1 AND s = 'a%b'",
        "n = 1 OR n = 5 AND s = 'zzz'",
        "n <> 1",
        "n != 1",
        "n == 5",
        "NOT (n > 1)",
        "! (n > 1)",
        "s IS DISTINCT FROM 'apple'",
        "(n, s) IN ((1, 'apple'))",
        "n > '4'",
        "n BETWEEN 5 AND 1",
    ]:
        yield condition, spark.sql(f"SELECT n, s FROM t WHERE {condition}")
    yield (
        "names",
        spark.sql(
            "SELECT n BETWEEN 1 AND 5, n IN (1, 9), s LIKE 'a%', s RLIKE 'a', n IS NULL, NOT n = 1, n <> 1 FROM t"
        ).columns,
    )
