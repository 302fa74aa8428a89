"""Which values count as the same in a stream's dropDuplicates?"""

from pyspark.sql import functions as F

SCHEMA = "x DOUBLE, s STRING, d DECIMAL(6,2), l ARRAY<INT>, p STRUCT<a: INT, b: STRING>, b BOOLEAN, n BIGINT"
STEPS = [
    {
        "a": [
            {"x": 0.0, "s": "a", "d": 1, "l": [1, 2], "p": {"a": 1, "b": "x"}, "b": True, "n": 1},
            {
                "x": -0.0,
                "s": "A",
                "d": 1.0,
                "l": [2, 1],
                "p": {"a": 1, "b": None},
                "b": False,
                "n": 1,
            },
            {"x": 1.5, "s": "a ", "d": 1.01, "l": [1, 2], "p": None, "b": None, "n": None},
        ]
    },
    {
        "a": [
            {
                "x": 1.5,
                "s": "a",
                "d": 1.01,
                "l": [1, None],
                "p": {"a": 1, "b": None},
                "b": True,
                "n": None,
            },
            {
                "x": None,
                "s": "",
                "d": None,
                "l": [],
                "p": {"a": None, "b": None},
                "b": None,
                "n": 2,
            },
            {
                "x": None,
                "s": None,
                "d": None,
                "l": None,
                "p": None,
                "b": False,
                "n": 9007199254740993,
            },
        ]
    },
]


def run(spark, ctx):
    for column in ("x", "s", "d", "l", "p", "b", "n"):
        yield from ctx.steps(
            column,
            lambda source, column=column: (
                source("a", SCHEMA).select(column).dropDuplicates([column])
            ),
            "append",
            STEPS,
        )
    yield from ctx.steps(
        "nan",
        lambda source: (
            source("a", SCHEMA)
            .select(F.expr("CASE WHEN x = 0 THEN double('NaN') ELSE x END AS y"))
            .distinct()
        ),
        "append",
        STEPS,
    )
