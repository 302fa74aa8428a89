"""Types and values of arithmetic: coercion, division, modulo, overflow under ANSI."""

EXPRESSIONS = [
    "1 + 1L",
    "1 + 1.5",
    "1 + 1.5D",
    "cast(1 AS float) + 1L",
    "1 + '2'",
    "1.5 + 2.25",
    "1.5 * 2.25",
    "1.50 / 3",
    "7 / 2",
    "7 div 2",
    "-7 div 2",
    "-7 % 3",
    "pmod(-7, 3)",
    "7 % -3",
    "-7.5 % 2",
    "1 / 0",
    "1 % 0",
    "1.0D / 0",
    "1.5 / 0",
    "1 div 0",
    "0.0D / 0.0D",
    "2147483647 + 1",
    "9223372036854775807 + 1",
    "cast(127 AS tinyint) + cast(1 AS tinyint)",
    "-(-2147483648)",
    "abs(-2147483648)",
    "2147483647 * 2",
    "2147483647 + 1L",
    "try_add(2147483647, 1)",
    "try_divide(1, 0)",
    "1 - null",
    "5 & 3",
    "5 | 3",
    "5 ^ 3",
    "~5",
    "99999999999999999999999999999999999999 + 1",
    "cast(1 AS decimal(38,10)) * cast(1 AS decimal(38,10))",
    "1e10 + 1",
    "power(2, 10)",
    "sqrt(2)",
    "sqrt(-1)",
    "exp(0)",
    "log(10, 100)",
    "ln(0)",
    "greatest(1, 2.5, null)",
    "least(1, 'a')",
    "sign(-3.5)",
    "hex(255)",
    "ceil(1.2)",
    "ceil(-1.2D)",
    "floor(-1.2)",
    "floor(1.5D)",
    "mod(7, 3)",
    "1 <=> null",
    "'a' + 1",
    "true + 1",
]


def run(spark, ctx):
    for text in EXPRESSIONS:
        yield text, ctx.outcome(lambda text=text: describe(spark.sql(f"SELECT {text}")))
    spark.conf.set("spark.sql.ansi.enabled", "false")
    for text in ["1 / 0", "2147483647 + 1", "1 % 0", "1 + '2'", "1 + 'x'", "abs(-2147483648)"]:
        yield (
            f"{text} without ANSI",
            ctx.outcome(lambda text=text: describe(spark.sql(f"SELECT {text}"))),
        )


def describe(df):
    return [
        df.columns[0],
        df.schema[0].dataType.simpleString(),
        df.schema[0].nullable,
        df.first()[0],
    ]
