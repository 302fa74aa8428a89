"""Three-valued logic, null in comparisons, coalesce, nvl, ifnull, nullif, isnan."""

EXPRESSIONS = [
    "coalesce(null, null, 3)",
    "coalesce(null, 'a', 1)",
    "nvl(null, 2)",
    "ifnull(1, 2)",
    "nullif(1, 1)",
    "nullif(1, 2)",
    "nvl2(null, 1, 2)",
    "null = null",
    "null <=> null",
    "null IN (1, 2)",
    "1 IN (1, null)",
    "3 IN (1, null)",
    "3 NOT IN (1, null)",
    "null BETWEEN 1 AND 2",
    "isnull(null)",
    "isnotnull(null)",
    "isnan(double('NaN'))",
    "isnan(null)",
    "nanvl(double('NaN'), 1)",
    "double('NaN') = double('NaN')",
    "double('NaN') > double('Infinity')",
    "0.0D = -0.0D",
    "null + 1",
    "null || 'a'",
    "if(null, 1, 2)",
    "zeroifnull(null)",
    "1 = '1'",
    "1 = 'x'",
    "true = 'yes'",
    "'a' < 'B'",
    "date'2016-01-01' = '2016-01-01'",
    "null IS NULL",
    "true IS NOT FALSE",
]


def run(spark, ctx):
    yield (
        "truth tables",
        spark.sql(
            "SELECT a, b, a AND b, a OR b, NOT a, a = b, a <=> b, a != b FROM "
            "(SELECT explode(array(true, false, null)) AS a) CROSS JOIN (SELECT explode(array(true, false, null)) AS b)"
        ),
    )
    yield from ctx.expressions(EXPRESSIONS)
