"""Random numbers of a seed, on one partition: rand, randn, uniform, randstr, uuid, shuffle."""

from pyspark.sql import functions as F

ONE = [
    "rand(0)",
    "rand(42)",
    "rand(-7)",
    "rand(9223372036854775807)",
    "random(5)",
    "rand(null)",
    "randn(0)",
    "randn(42)",
    "randn(null)",
    "uniform(10, 20, 0)",
    "uniform(10L, 20L, 5)",
    "uniform(0.0, 1.0, 7)",
    "uniform(0.0D, 10.0D, 7)",
    "uniform(CAST(1 AS float), CAST(2 AS float), 3)",
    "uniform(CAST(1 AS tinyint), CAST(9 AS tinyint), 3)",
    "uniform(20, 10, 0)",
    "uniform(5, 5, 0)",
    "uniform(0, 1.5, 2)",
    "uniform(null, 1, 0)",
    "uniform(1, null, 0)",
    "uniform(1, 2, null)",
    "randstr(3, 0)",
    "randstr(10, 42)",
    "randstr(0, 1)",
    "randstr(5S, 1)",
    "randstr(3, 0L)",
    "uuid(0)",
    "uuid(42)",
    "shuffle(array(1, 2, 3, 4, 5, 6), 3)",
    "rand(1 + 1)",
    "rand(CAST(3 AS tinyint))",
]

ERRORS = [
    "rand('a')",
    "rand(1.5)",
    "rand(1, 2)",
    "rand(id)",
    "randn('x')",
    "uniform(1)",
    "uniform('a', 1)",
    "uniform(1, 2, 'x')",
    "uniform(1, 2, 3, 4)",
    "randstr()",
    "randstr(-1, 0)",
    "randstr('a', 0)",
    "randstr(null, 0)",
    "randstr(1, 'x')",
    "uuid('a')",
    "uuid(1, 2)",
]


def run(spark, ctx):
    rows = spark.range(6).coalesce(1)
    rows.createOrReplaceTempView("r")
    yield from ctx.expressions(ONE)
    yield from ctx.expressions(ERRORS)
    for text in ONE:
        label = f"rows of {text}"
        try:
            df = spark.sql(f"SELECT id, {text} AS v FROM r")
            df.collect()
        except Exception as error:
            yield label, ctx.failure(error)
            continue
        yield label, df
    yield (
        "columns",
        rows.select("id", F.rand(3).alias("a"), F.randn(3).alias("b"), F.rand(4).alias("c")),
    )
    yield (
        "names",
        ctx.outcome(
            lambda: (
                rows.select(
                    F.rand(3),
                    F.randn(3),
                    F.uniform(1, 2, 3),
                    F.randstr(4, 5),
                    F.uuid(1),
                    F.shuffle(F.array(F.lit(1)), 2),
                ).columns
            )
        ),
    )
    yield "filter", rows.where(F.rand(7) > 0.5)
    yield (
        "of one row",
        ctx.outcome(
            lambda: spark.sql(
                "SELECT rand() BETWEEN 0 AND 1, rand() = rand(), randn() < 100, length(uuid()), length(randstr(4)), uniform(1, 5) BETWEEN 1 AND 5, size(shuffle(array(1, 2)))"
            ).first()
        ),
    )
    yield "twice in a row", rows.select("id", (F.rand(3) - F.rand(3)).alias("d"))
    yield "order by", ctx.ordered(rows.orderBy(F.rand(5)))
