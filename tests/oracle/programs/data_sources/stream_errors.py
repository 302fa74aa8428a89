"""How does a query fail when the code of its Python stream does?"""

import re

from pyspark.sql.datasource import (
    DataSource,
    DataSourceStreamReader,
    InputPartition,
    SimpleDataSourceStreamReader,
)

NAMED = ("action", "type", "provider", "source", "createMode", "feature", "operation")


def told(call):
    """The error's class, its condition, what that names, and what Python code raised."""
    try:
        return call()
    except Exception as error:
        condition = getattr(error, "getCondition", lambda: None)()
        found = (getattr(error, "getMessageParameters", dict)() if condition else {}) or {}
        named = {name: found[name] for name in NAMED if name in found}
        text = found.get("msg") or str(error)
        raised = re.findall(r"^(?:[\w.]+\.)?(\w+Error): (.*)$", text, re.MULTILINE)
        return [type(error).__name__, condition, named, [list(r) for r in raised[:1]]]


def run(spark, ctx):
    class Failing(DataSource):
        def schema(self):
            return "n int"

        def streamReader(self, schema):
            if self.options["fail"] == "reader":
                raise ValueError("no reader today")
            return FailingReader(self.options["fail"])

    class FailingReader(DataSourceStreamReader):
        def __init__(self, fail):
            self.fail = fail

        def trip(self, where):
            if self.fail == where:
                raise ValueError(f"no {where} today")

        def initialOffset(self):
            self.trip("initialOffset")
            return {"at": 0}

        def latestOffset(self, start, limit):
            self.trip("latestOffset")
            return {"at": 1}

        def partitions(self, start, end):
            self.trip("partitions")
            return [5] if self.fail == "types" else [InputPartition(0)]

        def read(self, partition):
            self.trip("read")
            yield (1, 2) if self.fail == "width" else (1,)

        def commit(self, end):
            self.trip("commit")

    class Stuck(DataSource):
        def schema(self):
            return "n int"

        def simpleStreamReader(self, schema):
            return StuckReader()

    class StuckReader(SimpleDataSourceStreamReader):
        def initialOffset(self):
            return {"at": 0}

        def read(self, start):
            return iter([(1,)]), start

    class Bare(DataSource):
        def schema(self):
            return "n int"

    for source in (Failing, Stuck, Bare):
        spark.dataSource.register(source)

    def drain(name, fail="nothing"):
        frame = spark.readStream.format(name).option("fail", fail).load()
        query = frame.writeStream.foreachBatch(lambda f, _: f.collect()).start()
        try:
            query.processAllAvailable()
        finally:
            query.stop()

    fails = (
        "reader",
        "initialOffset",
        "latestOffset",
        "partitions",
        "types",
        "read",
        "width",
    )
    for fail in fails:
        yield fail, told(lambda fail=fail: drain("Failing", fail))
    yield "read without an end", told(lambda: drain("Stuck"))
    yield "no stream reader", told(lambda: drain("Bare"))
    yield (
        "a batch of it",
        told(lambda: spark.read.format("Failing").option("fail", "").load().collect()),
    )
