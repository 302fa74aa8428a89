"""Which types can the key of a stream's aggregation have, and which values are one group?"""

from pyspark.sql import functions as F

CASES = {
    "STRING": (["a", None, "A", ""], ["a", None]),
    "DOUBLE": ([0.0, "NaN", 1.5, None], [-0.0, "NaN"]),
    "DECIMAL(5,2)": ([1.10, 2], [1.1, None]),
    "BOOLEAN": ([True, None], [True, False]),
    "DATE": (["2024-01-01", None], ["2024-01-01"]),
    "TIMESTAMP": (["2024-01-01T00:00:00Z", None], ["2024-01-01T01:00:00+01:00"]),
    "STRUCT<x: INT, y: STRING>": ([{"x": 1, "y": "a"}, {"x": 1}, None], [{"x": 1, "y": None}]),
    "ARRAY<INT>": ([[1, 2], [], None, [None]], [[1, 2], [2, 1], [None]]),
    "BINARY": (["AQ==", None], ["AQ=="]),
}


def run(spark, ctx):
    for kind, files in CASES.items():

        def build(source, kind=kind):
            rows = source("a", f"x {kind}", allowNonNumericNumbers=True)
            return rows.groupBy("x").count()

        steps = [{"a": [{"x": value} for value in values]} for values in files]
        yield from ctx.steps(kind, build, "update", steps)

    def by_map(source):
        return source("a", "x MAP<STRING, INT>").groupBy("x").count()

    steps = [{"a": [{"x": {"a": 1, "b": 2}}]}, {"a": [{"x": {"b": 2, "a": 1}}]}]
    yield from ctx.steps("MAP<STRING, INT>", by_map, "update", steps)

    def several(source):
        rows = source("a", "x INT, y STRING")
        return rows.groupBy(F.col("x") % 2, "y", F.lit("c").alias("c")).count()

    steps = [{"a": [{"x": 1, "y": "a"}, {"x": 2}]}, {"a": [{"x": 3, "y": "a"}, {"y": "a"}]}]
    yield from ctx.steps("several", several, "update", steps)
