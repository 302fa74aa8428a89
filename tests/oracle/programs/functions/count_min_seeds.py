"""Which seeds does count_min_sketch take, and what do wide ones give?"""

CALLS = [
    "hex(count_min_sketch(id, 1.5D, 0.2D, 1111111111111111111))",
    "hex(count_min_sketch(id, 1.5D, 0.2D, -1L))",
    "hex(count_min_sketch(id, 1.5D, 0.2D, -1))",
    "hex(count_min_sketch(id, 1.5D, 0.2D, 4294967296))",
    "hex(count_min_sketch(id, 1.5D, 0.2D, CAST(7 AS SMALLINT)))",
    "hex(count_min_sketch(id, 1.5D, 0.2D, 1.5D))",
    "hex(count_min_sketch(id, 1.5D, 0.2D, CAST(NULL AS BIGINT)))",
]


def run(spark, ctx):
    for call in CALLS:
        query = f"SELECT {call} FROM range(100)"
        yield call, ctx.outcome(lambda query=query: [*spark.sql(query).first()])
