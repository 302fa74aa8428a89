"""What assertDataFrameEqual takes for equal, and the whole text that it gives where it does not."""

import re
import sys
from decimal import Decimal
from unittest import mock

from pyspark.sql import Row
from pyspark.testing import assertDataFrameEqual


def numbered(*values):
    return [Row(a=value) for value in values]


NAN, INF = float("nan"), float("inf")
SIX, SIX_OTHERS = numbered(*range(6)), numbered(*range(10, 16))

ROWS = {
    "one differs": (numbered(1, 2), numbered(1, 5), {}),
    "one is missing": (numbered(1, 2, 3), numbered(1, 3), {}),
    "one too many": (numbered(1, 3), numbered(1, 2, 3), {}),
    "missing and too many": (numbered(1, 4), numbered(1, 2, 3), {}),
    "any order": (numbered(1, 2), numbered(2, 1), {}),
    "order counts": (numbered(1, 2), numbered(2, 1), {"checkRowOrder": True}),
    "order and length": (numbered(1, 2), numbered(2, 1, 3), {"checkRowOrder": True}),
    "only the difference": (numbered(1, 2, 3), numbered(1, 5, 3), {"showOnlyDiff": True}),
    "only the difference of other lengths": (
        numbered(1, 2),
        numbered(7, 8, 9),
        {"showOnlyDiff": True},
    ),
    "two errors at most": (SIX, SIX_OTHERS, {"maxErrors": 2}),
    "three of other lengths": (SIX, numbered(*range(10, 17)), {"maxErrors": 3}),
    "nothing given": ([], numbered(1), {}),
    "nothing expected": (numbered(1), [], {}),
    "nothing at all": ([], [], {}),
    "twice and once": (numbered(1, 1), numbered(1), {}),
    "the rows in the error": (numbered(1, 2), numbered(7, 8, 9), {"includeDiffRows": True}),
    "within rtol": (numbered(100.0), numbered(100.0009), {}),
    "beyond rtol": (numbered(100.0), numbered(100.0011), {}),
    "within a given atol": (numbered(1.0), numbered(1.1), {"rtol": 0.0, "atol": 0.2}),
    "beyond a given atol": (numbered(1.0), numbered(1.1), {"rtol": 0.0, "atol": 0.05}),
    "not a number": (numbered(NAN), numbered(1.0), {}),
    "not a number expected": (numbered(1.0), numbered(NAN), {}),
    "infinite": (numbered(INF), numbered(INF), {}),
    "decimals": (numbered(Decimal("1.00")), numbered(Decimal("1.01")), {}),
    "close decimals": (numbered(Decimal("1.00")), numbered(Decimal("1.000001")), {}),
    "null and a number": (numbered(None), numbered(1.0), {}),
    "int and float": (numbered(1), numbered(1.0), {}),
    "tuples": ([(1, 2)], [(1, 3)], {}),
    "nested": (
        [Row(a=[Row(b=1.0)], m={"k": 1.0})],
        [Row(a=[Row(b=1.0000001)], m={"k": 1.0000001})],
        {},
    ),
    "a longer array": (numbered([1]), numbered([1, 2]), {}),
    "other keys": (numbered({"k": 1}), numbered({"l": 1}), {}),
    "another width": ([Row(a=1)], [Row(a=1, b=2)], {}),
    "another name": ([Row(a=1)], [Row(b=1)], {}),
    "line breaks": (numbered("x\ny"), numbered("x\nz"), {}),
    "none and none": (None, None, {}),
    "none given": (None, [], {}),
    "none expected": ([], None, {}),
    "a number": (3, [], {}),
    "text": ([], "x", {}),
    "a tuple": ((), [], {}),
}

FRAMES = {
    "same": (((1, 1.0), "id int, v double"), ((1, 1.0), "id int, v double"), {}),
    "other name": (((1, 1.0), "id int, v double"), ((1, 1.0), "id int, w double"), {}),
    "other type": (((1, 1.0), "id int, v double"), ((1, 1.0), "id bigint, v double"), {}),
    "other columns": (((1,), "id int"), ((1, 1.0), "id int, v double"), {}),
    "name ignored": (
        ((1, 1.0), "id int, v double"),
        ((1, 1.0), "id int, w double"),
        {"ignoreColumnName": True},
    ),
    "name ignored, value differs": (
        ((1, 1.0), "id int, v double"),
        ((1, 2.0), "id int, w double"),
        {"ignoreColumnName": True},
    ),
    "other order": (((1, 1.0), "id int, v double"), ((1.0, 1), "v double, id int"), {}),
    "order ignored": (
        ((1, 1.0), "id int, v double"),
        ((1.0, 1), "v double, id int"),
        {"ignoreColumnOrder": True},
    ),
    "may be null": (((1,), "id int not null"), ((1,), "id int"), {}),
    "may be null counts": (((1,), "id int not null"), ((1,), "id int"), {"ignoreNullable": False}),
    "type ignored": (
        ((1, 1.0), "id int, v double"),
        ((1, 1), "id bigint, v int"),
        {"ignoreColumnType": True},
    ),
    "type ignored, text": (
        ((1, 2.5), "id int, v double"),
        (("1", 2.5), "id string, v double"),
        {"ignoreColumnType": True},
    ),
    "type ignored, value differs": (
        ((1,), "id int"),
        ((2,), "id bigint"),
        {"ignoreColumnType": True},
    ),
}


def told(call):
    """What it answers or, whole and without colours, what it says."""
    try:
        # Without pandas: PySpark asks it for help wherever it is installed.
        with mock.patch.dict(sys.modules, {"pandas": None}):
            return ["answer", call()]
    except Exception as error:
        text = re.sub("\x1b\\[[0-9;]*m", "", str(error))
        data = getattr(error, "data", None)
        rows = data and [[row and list(row) for row in pair] for pair in data]
        return [type(error).__name__, error.getCondition(), text.split("\n"), rows]


def run(spark, ctx):
    for label, (actual, expected, options) in ROWS.items():
        yield (
            label,
            told(lambda a=actual, e=expected, o=options: assertDataFrameEqual(a, e, **o)),
        )
    for label, (actual, expected, options) in FRAMES.items():
        left, right = (spark.createDataFrame([row], ddl) for row, ddl in (actual, expected))
        yield (
            f"frames: {label}",
            told(lambda a=left, e=right, o=options: assertDataFrameEqual(a, e, **o)),
        )
    frame = spark.createDataFrame([(1, 1.0)], "id int, v double")
    yield (
        "a frame and rows",
        told(lambda: assertDataFrameEqual(frame, [Row(id=1, v=1.0)])),
    )
    yield "a frame and no rows", told(lambda: assertDataFrameEqual(frame, []))
    ctx.write_lines("in/a.json", ['{"a":1}'])
    stream = spark.readStream.schema("a int").json(ctx.path("in"))
    yield "a stream", told(lambda: assertDataFrameEqual(stream, stream))
    yield "a stream expected", told(lambda: assertDataFrameEqual([], stream))
