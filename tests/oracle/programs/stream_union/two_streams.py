"""What do union and unionByName of two streams give?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1)], "b": [at(2, "b", 2)]},
    {"b": [at(3, None, 3), at(1)]},
    {"a": [at(1), at(1)]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    yield from ctx.steps(
        "union", lambda source: source("a", SCHEMA).union(source("b", SCHEMA)), "append", STEPS
    )

    def by_name(source):
        return source("a", SCHEMA).unionByName(source("b", SCHEMA).select("v", "k", "t"))

    yield from ctx.steps("unionByName", by_name, "append", STEPS)

    def missing(source):
        return source("a", SCHEMA).unionByName(
            source("b", SCHEMA).drop("v"), allowMissingColumns=True
        )

    yield from ctx.steps("missing columns", missing, "append", STEPS)

    def widened(source):
        return (
            source("a", SCHEMA)
            .select("v")
            .union(source("b", SCHEMA).select(F.col("v") + F.lit(0.5)))
        )

    yield from ctx.steps("wider type", widened, "append", STEPS)

    def in_sql(source):
        source("a", SCHEMA).createOrReplaceTempView("a")
        source("b", SCHEMA).createOrReplaceTempView("b")
        return spark.sql("SELECT k, v FROM a UNION ALL SELECT k, v * 10 FROM b WHERE v > 1")

    yield from ctx.steps("sql", in_sql, "append", STEPS)

    def in_sql_distinct(source):
        source("a", SCHEMA).createOrReplaceTempView("a")
        source("b", SCHEMA).createOrReplaceTempView("b")
        return spark.sql("SELECT k FROM a UNION SELECT k FROM b")

    yield from ctx.steps("sql distinct", in_sql_distinct, "append", STEPS)
