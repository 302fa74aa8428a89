"""What does a batch writer of a Python data source get, and which modes are there?"""

import json
import os
import re
from dataclasses import dataclass

from pyspark.sql.datasource import (
    DataSource,
    DataSourceArrowWriter,
    DataSourceWriter,
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
        def writer(self, schema, overwrite):
            if self.options.get("fail") == "writer":
                raise ValueError("no writer today")
            if self.options.get("fail") == "none":
                return None
            kind = ArrowDiaryWriter if self.options.get("arrow") else DiaryWriter
            return kind(self.options, schema.simpleString(), overwrite)

    def note(path, *what):
        with open(path, "a") as f:
            f.write(json.dumps(what) + "\n")

    class DiaryWriter(DataSourceWriter):
        def __init__(self, options, schema, overwrite):
            self.path = options["path"]
            self.fail = options.get("fail")
            self.about = [schema, overwrite]

        def write(self, iterator):
            rows = [row.asDict() for row in iterator]
            if self.fail == "write":
                raise ValueError("no writing today")
            return 5 if self.fail == "message" else Written(rows)

        def commit(self, messages):
            if self.fail == "commit":
                raise ValueError("no commit today")
            rows = [row for message in messages for row in message.rows]
            note(self.path, "commit", *self.about, sorted(rows, key=repr))

        def abort(self, messages):
            note(self.path, "abort", [m if m is None else "message" for m in messages])

    class ArrowDiaryWriter(DataSourceArrowWriter, DiaryWriter):
        def write(self, iterator):
            rows = []
            for batch in iterator:
                rows += [f"{type(batch).__name__} {batch.num_columns}"]
                rows += batch.to_pylist()
            return Written(rows)

        def commit(self, messages):
            DiaryWriter.commit(self, messages)

        def abort(self, messages):
            DiaryWriter.abort(self, messages)

    class ReadOnly(DataSource):
        def schema(self):
            return "a int"

    spark.dataSource.register(Diary)
    spark.dataSource.register(ReadOnly)
    df = spark.range(3).selectExpr("id", "'x' as s").coalesce(1)

    def diary(name):
        path = ctx.path(name)
        if not os.path.exists(path):
            return []
        with open(path) as f:
            return [json.loads(line) for line in f]

    def write(name, mode, **options):
        options["path"] = ctx.path(name)
        df.write.format("Diary").options(**options).mode(mode).save()

    yield "append", told(lambda: write("append", "append"))
    yield "append: diary", diary("append")
    yield "overwrite", told(lambda: write("overwrite", "overwrite"))
    yield "overwrite: diary", diary("overwrite")
    yield "arrow", told(lambda: write("arrow", "append", arrow="1"))
    yield "arrow: diary", diary("arrow")
    for mode in ("error", "ignore", None):
        yield f"mode {mode}", told(lambda mode=mode: write("modes", mode))
    for fail in ("writer", "none", "write", "message", "commit"):
        yield f"fails: {fail}", told(lambda fail=fail: write(fail, "append", fail=fail))
        yield f"fails: {fail}: diary", diary(fail)
    yield "no writer", told(lambda: df.write.format("ReadOnly").mode("append").save())
    yield "unknown", told(lambda: df.write.format("nosuchsource").mode("append").save())
