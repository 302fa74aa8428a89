"""What does a stream writer of a Python data source get, batch by batch, and in which modes?"""

import json
import os
import re
from dataclasses import dataclass

from pyspark.sql.datasource import (
    DataSource,
    DataSourceStreamArrowWriter,
    DataSourceStreamWriter,
    WriterCommitMessage,
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
    @dataclass
    class Written(WriterCommitMessage):
        rows: list

    class Diary(DataSource):
        @classmethod
        def name(cls):
            return "streamdiary"

        def streamWriter(self, schema, overwrite):
            if self.options.get("fail") == "writer":
                raise ValueError("no writer today")
            kind = ArrowWriter if self.options.get("arrow") else Writer
            return kind(self.options, schema.simpleString(), overwrite)

    class Common:
        def __init__(self, options, schema, overwrite):
            self.path = options["diary"]
            self.fail = options.get("fail")
            self.about = [schema, overwrite]

        def note(self, *what):
            with open(self.path, "a") as f:
                f.write(json.dumps(what) + "\n")

        def commit(self, messages, batchId):
            if self.fail == "commit":
                raise ValueError("no commit today")
            rows = [row for message in messages if message for row in message.rows]
            self.note("commit", batchId, *self.about, sorted(rows, key=repr))

        def abort(self, messages, batchId):
            self.note("abort", batchId)

    class Writer(Common, DataSourceStreamWriter):
        def write(self, iterator):
            rows = [list(row) for row in iterator]
            if self.fail == "write":
                raise ValueError("no writing today")
            return Written(rows)

    class ArrowWriter(Common, DataSourceStreamArrowWriter):
        def write(self, iterator):
            return Written([row for batch in iterator for row in batch.to_pylist()])

    class ReadOnly(DataSource):
        pass

    spark.dataSource.register(Diary)
    spark.dataSource.register(ReadOnly)

    def diary(name):
        if not os.path.exists(ctx.path(name)):
            return []
        with open(ctx.path(name)) as f:
            return [json.loads(line) for line in f]

    def write(name, mode="append", build=lambda f: f, **options):
        folder = f"{name}-in"
        ctx.write_lines(f"{folder}/1.json", ['{"k": "a", "n": 1}', '{"k": "b", "n": 2}'])
        frame = spark.readStream.schema("k string, n int").json(ctx.path(folder))
        query = (
            build(frame)
            .writeStream.format("streamdiary")
            .outputMode(mode)
            .options(diary=ctx.path(name), **options)
            .option("checkpointLocation", ctx.path(f"{name}-checkpoint"))
            .start()
        )
        try:
            query.processAllAvailable()
            ctx.write_lines(f"{folder}/2.json", ['{"k": "a", "n": 3}'])
            query.processAllAvailable()
        finally:
            query.stop()

    yield "append", told(lambda: write("append"))
    yield "append: diary", diary("append")
    yield "arrow", told(lambda: write("arrow", arrow="1"))
    yield "arrow: diary", diary("arrow")
    sums = lambda f: f.groupBy("k").sum("n")  # noqa: E731
    yield "complete", told(lambda: write("complete", "complete", sums))
    yield "complete: diary", diary("complete")
    yield "update", told(lambda: write("update", "update", sums))
    yield "update: diary", diary("update")
    for fail in ("writer", "write", "commit"):
        yield f"fails: {fail}", told(lambda fail=fail: write(fail, fail=fail))
        yield f"fails: {fail}: diary", diary(fail)
    stream = spark.readStream.format("rate").load()
    start = stream.writeStream.option("checkpointLocation", ctx.path("none"))
    yield "no writer", told(lambda: start.format("ReadOnly").start().processAllAvailable())
    yield "unknown", told(lambda: start.format("nosuchsource").start())
