"""Which conditions is a reader of a Python data source asked to take?"""

from pyspark.sql.datasource import DataSource, DataSourceReader, EqualTo

CONDITIONS = [
    "a = 1",
    "1 = a",
    "a <> 1",
    "a > 1 and b = 'x'",
    "a <= 1 and a >= 0 and a < 5",
    "a in (1, 2)",
    "a not in (1, 2)",
    "a is null",
    "a is not null",
    "a <=> 1",
    "b like 'x%'",
    "b like '%x'",
    "b like '%x%'",
    "b like 'x%y'",
    "not (a = 1)",
    "f",
    "not f",
    "s.p = 1",
    "a = 1 or b = 'x'",
    "a + 1 = 2",
    "a = l",
    "d = 1.5D",
    "t > timestamp'2024-01-01 00:00:00'",
    "e = date'2024-01-01'",
    "l = 5",
]


def run(spark, ctx):
    class Pushed(DataSource):
        def schema(self):
            return "told string, a int, b string, f boolean, s struct<p:int>, l long, d double, t timestamp, e date"

        def reader(self, schema):
            return PushedReader(self.options.get("take"))

    class PushedReader(DataSourceReader):
        def __init__(self, take):
            self.take = take
            self.told = []

        def pushFilters(self, filters):
            self.told = [repr(f) for f in filters]
            for f in filters:
                if self.take == "all" or (self.take == "equal" and isinstance(f, EqualTo)):
                    continue
                yield f
            if self.take == "foreign":
                yield EqualTo(("z",), 1)

        def read(self, partition):
            import datetime

            moment = datetime.datetime(2024, 5, 6)
            for a in (None, 0, 1, 2):
                yield (str(self.told), a, "x", True, (a,), a, 1.5, moment, moment.date())

    spark.dataSource.register(Pushed)
    frame = spark.read.format("Pushed").load()
    yield "disabled", ctx.error(lambda: frame.where("a = 1").select("a").collect())
    spark.conf.set("spark.sql.python.filterPushdown.enabled", "true")
    for condition in CONDITIONS:
        yield condition, ctx.outcome(lambda c=condition: _told(frame.where(c)))
    took = spark.read.format("Pushed").option("take", "all").load()
    yield "all taken", took.where("a = 1").select("a", "told")
    some = spark.read.format("Pushed").option("take", "equal").load()
    yield "some taken", some.where("a = 1 and b is not null").select("a")
    foreign = spark.read.format("Pushed").option("take", "foreign").load()
    yield "foreign", ctx.error(lambda: foreign.where("a = 1").collect())
    spark.conf.unset("spark.sql.python.filterPushdown.enabled")


def _told(frame):
    rows = frame.select("a", "told").collect()
    return [sorted((r.a for r in rows), key=repr), sorted({r.told for r in rows})]
