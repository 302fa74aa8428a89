"""What becomes of each kind of Python value as a result of each declared type?"""

import array
import datetime
import decimal

from pyspark.sql import Row
from pyspark.sql import functions as F

VALUES = {
    "none": None,
    "true": True,
    "int": 1,
    "big": 2**40,
    "huge": 2**70,
    "float": 1.5,
    "whole": 2.0,
    "nan": float("nan"),
    "large": 1e20,
    "str": "a",
    "digits": "12",
    "bytes": b"ab",
    "bytearray": bytearray(b"ab"),
    "decimal": decimal.Decimal("1.25"),
    "date": datetime.date(2020, 1, 2),
    "datetime": datetime.datetime(2020, 1, 2, 3, 4, 5, 6),
    "aware": datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
    "delta": datetime.timedelta(days=1, seconds=2),
    "list": [1, 2],
    "list of text": ["a", None],
    "tuple": (1, "a"),
    "long tuple": (1, "a", 2),
    "row": Row(x=1, y="a"),
    "other row": Row(y="a", x=1),
    "dict": {"x": 1, "y": "a"},
    "map": {"k": 1},
    "array": array.array("i", [1, 2]),
    "empty": [],
}
TYPES = [
    "boolean", "byte", "short", "int", "long", "float", "double", "string", "binary",
    "decimal(10,1)", "decimal(3,2)", "date", "timestamp", "timestamp_ntz", "interval day to second",
    "array<int>", "array<string>", "map<string,int>", "struct<x:int,y:string>", "struct<y:string,x:int>",
    "void",
]  # fmt: skip

# Shown with an address, or by Java's own way of writing a calendar.
UNSTEADY = {("string", "date"), ("string", "datetime"), ("string", "aware"), ("string", "tuple"),
            ("string", "long tuple"), ("string", "row"), ("string", "other row"),
            ("string", "bytes"), ("string", "bytearray"), ("string", "array"), ("string", "delta"),
            ("string", "map"), ("string", "dict"), ("string", "nan")}  # fmt: skip


def said(call):
    try:
        return call()
    except Exception as error:
        return "failed: " + type(error).__name__


def run(spark, ctx):
    one = spark.range(1)
    for label, arrow in (("arrow", True), ("pickled", False)):
        for kind in TYPES:
            made = {}
            for name, value in VALUES.items():
                if not arrow and (kind, name) in UNSTEADY:
                    continue
                function = F.udf(lambda _, value=value: value, kind, useArrow=arrow)
                made[name] = said(lambda: repr(one.select(function("id")).collect()[0][0]))
            yield f"{label} {kind}", made
