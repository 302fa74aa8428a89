"""Which Arrow batches may the reader of a Python data source give?"""

import re

from pyspark.sql.datasource import DataSource, DataSourceReader


def told(call):
    """The rows, or the error's class, its condition and what Python code raised."""
    try:
        return call()
    except Exception as error:
        condition = getattr(error, "getCondition", lambda: None)()
        raised = re.findall(
            r"^(?:[\w.]+\.)?(\w+Error): (.*?)(?= columns\. Make|\n\n|\n SQLSTATE|\Z)",
            str(error),
            re.MULTILINE | re.DOTALL,
        )
        return [type(error).__name__, condition, [list(r) for r in raised[:1]]]


def run(spark, ctx):
    class Arrow(DataSource):
        def schema(self):
            return "n int, s string"

        def reader(self, schema):
            return ArrowReader(self.options["kind"])

    class ArrowReader(DataSourceReader):
        def __init__(self, kind):
            self.kind = kind

        def read(self, partition):
            import pyarrow as pa

            n, s = pa.array([1], pa.int32()), pa.array(["x"], pa.string())
            right = pa.record_batch([n, s], ["n", "s"])
            if self.kind == "one column":
                yield pa.record_batch([n], ["n"])
            elif self.kind == "another name":
                yield pa.record_batch([n, s], ["n", "t"])
            elif self.kind == "another case":
                yield pa.record_batch([n, s], ["N", "s"])
            elif self.kind == "another order":
                yield pa.record_batch([s, n], ["s", "n"])
            elif self.kind == "another type":
                yield pa.record_batch([n.cast(pa.int64()), s], ["n", "s"])
            elif self.kind == "large text":
                yield pa.record_batch([n, s.cast(pa.large_string())], ["n", "s"])
            elif self.kind == "not nullable":
                fields = [pa.field("n", pa.int32(), False), pa.field("s", pa.string())]
                yield pa.record_batch([n, s], schema=pa.schema(fields))
            elif self.kind == "with metadata":
                yield right.replace_schema_metadata({"k": "v"})
            elif self.kind == "empty":
                yield right.slice(0, 0)
                yield right
            elif self.kind == "a table":
                yield pa.Table.from_batches([right])
            elif self.kind == "rows after it":
                yield right
                yield (2, "y")
            elif self.kind == "it after rows":
                yield (2, "y")
                yield right

    spark.dataSource.register(Arrow)
    for kind in (
        "one column",
        "another name",
        "another case",
        "another order",
        "another type",
        "large text",
        "not nullable",
        "with metadata",
        "empty",
        "a table",
        "rows after it",
        "it after rows",
    ):
        frame = spark.read.format("Arrow").option("kind", kind).load()
        yield kind, told(lambda frame=frame: [list(row) for row in frame.collect()])
