"""How does Spark refuse a Python data source, and how does its code's failure look?"""

import re

from pyspark.sql import Row
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

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
    class Broken(DataSource):
        def schema(self):
            if self.options.get("fail") == "schema":
                raise ValueError("no schema today")
            if self.options.get("fail") == "ddl":
                return "a notatype"
            if self.options.get("fail") == "number":
                return 5
            return "a int, b string"

        def reader(self, schema):
            if self.options.get("fail") == "reader":
                raise ValueError("no reader today")
            if self.options.get("fail") == "none":
                return None
            return BrokenReader(self.options.get("fail"))

    class BrokenReader(DataSourceReader):
        def __init__(self, fail):
            self.fail = fail

        def partitions(self):
            if self.fail == "partitions":
                raise ValueError("no partitions today")
            if self.fail == "partition types":
                return [1, 2]
            if self.fail == "partition tuple":
                return (InputPartition(1),)
            return [InputPartition(1)]

        def read(self, partition):
            if self.fail == "read":
                raise ValueError("no rows today")
            if self.fail == "list":
                return [(1, "x")]
            if self.fail == "nothing":
                return None
            return self.rows()

        def rows(self):
            yield (1, "one")
            if self.fail == "later":
                raise ValueError("no more rows")
            if self.fail == "short":
                yield (1,)
            if self.fail == "row type":
                yield {"a": 1, "b": "x"}
            if self.fail == "number row":
                yield 5
            if self.fail == "names":
                yield Row(a=1, c="x")

    class Bare(DataSource):
        pass

    class Refusing(DataSource):
        def __init__(self, options):
            raise ValueError("never made")

    class Json(DataSource):
        @classmethod
        def name(cls):
            return "json"

    class NoClassMethod(DataSource):
        def name(self):
            return "plain"

    for source in (Broken, Bare, Refusing):
        spark.dataSource.register(source)
    yield "registered again", told(lambda: spark.dataSource.register(Broken))
    yield "a name of Spark's", told(lambda: spark.dataSource.register(Json))
    yield "name is no class method", told(lambda: spark.dataSource.register(NoClassMethod))
    yield "unknown", told(lambda: spark.read.format("nosuchsource").load())
    for name in ("Bare", "Refusing"):
        yield (
            f"{name}: load",
            told(lambda name=name: spark.read.format(name).load()),
        )
    yield (
        "Bare with a schema",
        told(lambda: spark.read.format("Bare").schema("a int").load().collect()),
    )
    for fail in ("schema", "ddl", "number", "reader", "none", "partitions"):
        yield (
            f"load: {fail}",
            told(lambda fail=fail: spark.read.format("Broken").option("fail", fail).load().columns),
        )
    for fail in (
        "reader",
        "none",
        "partitions",
        "partition types",
        "partition tuple",
        "read",
        "list",
        "nothing",
        "later",
        "short",
        "row type",
        "number row",
        "names",
    ):
        yield (
            f"collect: {fail}",
            told(
                lambda fail=fail: spark.read.format("Broken").option("fail", fail).load().collect()
            ),
        )
    yield "no stream", told(lambda: spark.readStream.format("Broken").load().columns)
