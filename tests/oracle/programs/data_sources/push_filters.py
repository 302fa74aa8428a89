"""Which conditions is a reader of a Python data source asked to take?"""

import datetime
import re
from decimal import Decimal

from pyspark.sql.datasource import DataSource, DataSourceReader, EqualTo

SCHEMA = (
    "told string, a int, b string, f boolean, s struct<p:int>, l long, d double,"
    " t timestamp, e date, c decimal(10,2), n timestamp_ntz, x binary, h tinyint, g float"
)
CONDITIONS = [
    "a = 1",
    "1 < a and a <> 0",
    "b = 'x' and a > 1",
    "a <= 1 and a >= 0 and a < 5",
    "a in (1, 2)",
    "a in (1, null)",
    "a in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)",
    "a not in (1, 2)",
    "a is null",
    "a <=> 1",
    "a <=> null",
    "a = null",
    "b like 'x%' and b like '%x' and b like '%x%'",
    "b like 'x%y'",
    "b like 'x' and b not like 'y%'",
    "startswith(b, 'x') and b > 'm'",
    "not (a > 1) and not (a <=> 0)",
    "f",
    "not f",
    "f = true",
    "s.p = 1",
    "a = 1 or a = 2",
    "a <> 1 and a <> 2",
    "(a = 1 or b = 'x') and a > 0",
    "not (a = 1 or b = 'y')",
    "a + 1 = 2 and abs(a) = 1 and upper(b) = 'X'",
    "a = l",
    "a = 1.5D",
    "h = 1 and l = 1 and l > 0.5",
    "d = 1.5D and g = 1.5 and c = 1.5",
    "x = X'41' and e > '2024-01-01'",
    "t > timestamp'2024-01-01 00:00:00'",
    "true",
]


NAMED = ("action", "type", "provider", "source", "createMode", "feature", "operation")


def told(call):
    """The error's class, its condition, what that names, and what Python code raised."""
    try:
        return call()
    except Exception as error:
        condition = getattr(error, "getCondition", lambda: None)()
        found = (getattr(error, "getMessageParameters", dict)() if condition else {}) or {}
        named = {name: found[name] for name in NAMED if name in found}
        text = re.sub(r", id=\d+", "", found.get("msg") or str(error))
        raised = re.findall(r"^(?:[\w.]+\.)?(\w+Error): (.*)$", text, re.MULTILINE)
        return [type(error).__name__, condition, named, [list(r) for r in raised[:1]]]


def run(spark, ctx):
    class Pushed(DataSource):
        def schema(self):
            return SCHEMA

        def reader(self, schema):
            return PushedReader(self.options.get("take"))

    class PushedReader(DataSourceReader):
        def __init__(self, take):
            self.take = take
            self.told = ["not asked"]

        def pushFilters(self, filters):
            self.told = [repr(f) for f in filters]
            if self.take == "raise":
                raise ValueError("no filters today")
            return None if self.take == "nothing" else self.left(filters)

        def left(self, filters):
            for f in filters:
                if self.take == "all" or (self.take == "equal" and isinstance(f, EqualTo)):
                    continue
                yield f
            if self.take == "foreign":
                yield EqualTo(("z",), 1)
            if self.take == "equal to it":
                yield EqualTo(("a",), 1)
            if self.take == "no filter":
                yield 5

        def read(self, partition):
            moment = datetime.datetime(2024, 5, 6)
            rest = (1.5, moment, moment.date(), Decimal("1.5"), moment, b"A", 1, 1.5)
            for a in (None, 0, 1, 2):
                yield (str(self.told), a, "x", True, (a,), a, *rest)

    spark.dataSource.register(Pushed)
    frame = spark.read.format("Pushed").load()
    yield "disabled", told(lambda: frame.where("a = 1").select("a").collect())
    yield "disabled, without a condition", told(lambda: frame.select("a").collect())
    spark.conf.set("spark.sql.python.filterPushdown.enabled", "true")
    for condition in CONDITIONS:
        # A frame of its own: Spark gives a reader that was told something to the next query, too.
        fresh = spark.read.format("Pushed").load()
        yield condition, ctx.outcome(lambda c=condition, f=fresh: _asked(f.where(c)))
    yield "two of them", _asked(frame.where("a > 0").where("a < 2"))
    yield (
        "after a projection",
        _asked(frame.selectExpr("told", "a", "a as z", "a + 1 as o").where("z = 1 and o > 1")),
    )
    other = spark.createDataFrame([(1,), (5,)], "a int")
    yield "in a join", _asked(frame.join(other, "a").where("a < 3"))
    took = spark.read.format("Pushed").option("take", "all").load()
    yield "all taken", took.where("a = 1").select("a", "told")
    yield "all taken but what cannot be", took.where("a = 1 and l + 0 = 2").select("a", "told")
    yield "all taken: count", took.where("a = 1").count()
    some = spark.read.format("Pushed").option("take", "equal").load()
    yield "some taken", some.where("a = 1 and b is not null").select("a")
    for take in ("foreign", "equal to it", "no filter", "raise", "nothing"):
        broken = spark.read.format("Pushed").option("take", take).load()
        yield f"gives {take}", told(lambda f=broken: f.where("a = 1").select("a").collect())
    spark.conf.unset("spark.sql.python.filterPushdown.enabled")


def _asked(frame):
    rows = frame.select("a", "told").collect()
    return [sorted((r.a for r in rows), key=repr), sorted({r.told for r in rows})]
