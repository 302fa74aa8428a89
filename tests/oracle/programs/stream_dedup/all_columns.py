"""Do dropDuplicates without columns, distinct and SQL's DISTINCT give the same?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1), at(1), at(1, v=2), at(None, None, None), at(None, None, None)]},
    {"a": [at(1), at(1, v=3), at(None, None, None), at(None)]},
    {"a": [at(40)]},
    {"a": [at(1), at(41)]},
]


def run(spark, ctx):
    def in_sql(source):
        source("a", SCHEMA).createOrReplaceTempView("rows")
        return spark.sql("SELECT DISTINCT * FROM rows")

    yield from ctx.steps(
        "dropDuplicates", lambda source: source("a", SCHEMA).dropDuplicates(), "append", STEPS
    )
    yield from ctx.steps("distinct", lambda source: source("a", SCHEMA).distinct(), "append", STEPS)
    yield from ctx.steps("sql", in_sql, "append", STEPS)
    yield from ctx.steps(
        "with a watermark",
        lambda source: source("a", SCHEMA).withWatermark("t", "10 seconds").distinct(),
        "append",
        STEPS,
    )
