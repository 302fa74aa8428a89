"""What becomes of each kind of Python value as a result of each declared type?"""

import datetime
import decimal

from pyspark.sql import Row
from pyspark.sql import functions as F

VALUES = {
    "none": None,
    "true": True,
    "int": 1,
    "big": 2**40,
    "float": 1.5,
    "whole": 2.0,
    "large": 1e20,
    "str": "a",
    "digits": "12",
    "bytes": b"ab",
    "decimal": decimal.Decimal("1.25"),
    "date": datetime.date(2020, 1, 2),
    "datetime": datetime.datetime(2020, 1, 2, 3, 4, 5, 6),
    "delta": datetime.timedelta(days=1, seconds=2),
    "list": [1, 2],
    "list of text": ["a", None],
    "tuple": (1, "a"),
    "row": Row(x=1, y="a"),
    "dict": {"x": 1, "y": "a"},
    "map": {"k": 1},
}
TYPES = [
    "boolean", "short", "int", "long", "double", "string", "binary", "decimal(3,1)", "date",
    "timestamp", "array<int>", "array<string>", "map<string,int>", "struct<x:int,y:string>",
]  # fmt: skip

# Shown with an address, or by Java's own way of writing a calendar.
UNSTEADY = {
    ("string", n) for n in ("date", "datetime", "tuple", "row", "bytes", "delta", "map", "dict")
}


def said(call):
    try:
        return call()
    except Exception as error:
        return "failed: " + type(error).__name__


def run(spark, ctx):
    one = spark.range(1)
    for label, arrow in (("arrow", True), ("pickled", False)):
        for kind in TYPES:
            kept = [n for n in VALUES if arrow or (kind, n) not in UNSTEADY]
            made = [
                F.udf(lambda _, value=VALUES[n]: value, kind, useArrow=arrow)("id") for n in kept
            ]
            if not arrow:
                try:
                    yield f"{label} {kind}", [repr(x) for x in one.select(*made).collect()[0]]
                    continue
                except Exception:
                    pass
            results = [said(lambda c=c: repr(one.select(c).collect()[0][0])) for c in made]
            yield f"{label} {kind}", dict(zip(kept, results, strict=True))
