"""Runs the code cells of a course document: ``cells.py DOCUMENT EVENTS_FOLDER ANSWERS_FILE``.

A PySpark program. It takes the cells out of the document's text at run time and gives
them what a hosted notebook would: ``spark``, ``display``, ``%sql``, ``%fs``, the helper
that checks exercises, and a ``sleep`` that waits for the data rather than the clock.
Where a lesson leaves a blank for the student, `BLANKS` fills it in.
"""

import ast
import json
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CELL = re.compile(r"^In \[[^\]]*\]:$")
# What was printed under a cell: a value, or a table in commas under its header.
OUTPUT = re.compile(r"^Out\[\d+\]:|^\w+(,\w+)+$")
HOSTED_FOLDER = "/databricks-datasets/structured-streaming/events/"

# What a student writes into the French lab, blank by blank.
BLANKS = [
    "static_df = spark.read.schema(schema).json(input_path)",
    """static_counts_df = (static_df.groupBy(static_df.action, window(static_df.time, "1 hour"))
    .count().cache())
static_counts_df.createOrReplaceTempView("static_counts")""",
    """totals = spark.sql("SELECT action, SUM(count) AS total FROM static_counts GROUP BY action")
display(totals)""",
    """streaming_df = (spark.readStream.schema(schema).option("maxFilesPerTrigger", 1)
    .json(input_path))
streaming_counts_df = streaming_df.groupBy(
    streaming_df.action, window(streaming_df.time, "1 hour")).count()""",
    "streaming_counts_df.isStreaming",
    """query = (streaming_counts_df.writeStream.format("memory").queryName("counts")
    .outputMode("complete").start())""",
    """assert query.isActive
sleep(5)
timeline = spark.sql('''SELECT action, date_format(window.start, "MMM-dd HH:mm") AS time, count
    FROM counts ORDER BY time, action''')
display(timeline)""",
    "display(timeline)",
    'display(spark.sql("SELECT action, SUM(count) AS total FROM counts GROUP BY action"))',
    "query.stop()\nassert not query.isActive",
    "spark.stop()",
]
SCHEMA = """from pyspark.sql.types import StringType, StructField, StructType, TimestampType
schema = StructType([StructField("time", TimestampType()), StructField("action", StringType())])
"""


def cells_of(document: str) -> list[str]:
    """The code of each cell; what follows it up to the next cell (prose, output) is cut off."""
    lines = document.splitlines()
    starts = [number for number, line in enumerate(lines) if CELL.match(line)]
    ends = [*starts[1:], len(lines)]
    return [code_of(lines[start + 1 : end]) for start, end in zip(starts, ends, strict=True)]


def code_of(lines: list[str]) -> str:
    """The longest beginning of `lines` that is one magic or parses as Python."""
    if lines[0].startswith("%"):
        return lines[0]
    lines = [in_python_3(line) for line in lines]
    for number, line in enumerate(lines):
        if OUTPUT.match(line):
            lines = lines[:number]
            break
    for end in range(len(lines), 0, -1):
        code = "\n".join(lines[:end])
        try:
            ast.parse(code)
        except SyntaxError:
            continue
        return code.strip()
    raise ValueError(f"no code in the cell that begins {lines[0]!r}")


def in_python_3(line: str) -> str:
    line = re.sub(r"^(\s*)print (.+)$", r"\1print(\2)", line)
    # The document's own blank in an import; and `sleep` is the notebook's (below).
    blank = line.startswith("from pyspark.sql.types import #") or line == "from time import sleep"
    return "pass" if blank else line


class Notebook:
    """What the cells see, and what they showed."""

    def __init__(self, spark: Any, events: str) -> None:
        self.spark, self.events = spark, events
        self.shown: list[dict[str, Any]] = []
        self.checks: list[list[Any]] = []
        self.errors: dict[str, str] = {}
        self.names: dict[str, Any] = {
            "spark": spark,
            "display": self.display,
            "sleep": self.sleep,
        }
        self.blanks = iter(BLANKS)
        helper = types.ModuleType("databricks_test_helper")
        helper.Test = types.SimpleNamespace(assertEquals=self.check)  # type: ignore[attr-defined]
        sys.modules["databricks_test_helper"] = helper

    def display(self, frame: Any) -> None:
        rows = [list(row) for row in frame.collect()]
        self.shown.append({"columns": frame.columns, "count": len(rows), "rows": rows[:200]})

    def check(self, actual: Any, expected: Any, message: str) -> None:
        self.checks.append([message, actual, expected])

    def sleep(self, _seconds: float) -> None:
        for query in self.spark.streams.active:
            query.processAllAvailable()

    def run(self, number: int, cell: str) -> None:
        cell = cell.replace(HOSTED_FOLDER, self.events)
        if cell.startswith("%fs ls"):
            print(*sorted(path.name for path in Path(self.events).iterdir()))
        elif cell.startswith("%fs head"):
            print(Path(cell.split(None, 2)[2]).read_text()[:200])
        elif cell.startswith("%sql"):
            self.run_sql(number, cell.removeprefix("%sql").strip())
        else:
            self.run_python(number, cell)

    def run_sql(self, number: int, statement: str) -> None:
        try:
            self.display(self.spark.sql(statement))
        except Exception as error:  # one cell of the assignment is wrong SQL, on purpose or not
            self.errors[str(number)] = error.getCondition()  # type: ignore[attr-defined]

    def run_python(self, number: int, cell: str) -> None:
        if is_blank(cell):
            cell = filled(cell, self.blanks, self.events)
        exec(compile(cell, f"<cell {number}>", "exec"), self.names)
        self.spark = self.names["spark"]


def is_blank(cell: str) -> bool:
    """Whether the student is to write something into the cell."""
    return "# Votre code" in cell or cell.endswith("= ...")


def filled(cell: str, blanks: Iterator[str], events: str) -> str:
    """A cell with the next of `blanks` in its place, or with the folder of the events."""
    if cell.startswith("input_path"):
        return f"input_path = {events!r}"
    before = "\n".join(
        line
        for line in cell.splitlines()
        if not line.startswith("# Votre code")
        and not line.endswith("= ...")
        and not re.match(r"from \S+ import #", line)
    )
    blank = next(blanks)
    return f"{before}\n{SCHEMA if 'schema(schema)' in blank else ''}{blank}"


def main(document: str, events: str, answers_file: str) -> None:
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.legacy.parser.havingWithoutGroupByAsWhere", "true")
        .getOrCreate()
    )
    notebook = Notebook(spark, events.rstrip("/") + "/")
    cells = cells_of(Path(document).read_text(encoding="utf-8"))
    for number, cell in enumerate(cells):
        notebook.run(number, cell)
    answers = {
        "cells": len(cells),
        "shown": notebook.shown,
        "checks": notebook.checks,
        "errors": notebook.errors,
    }
    Path(answers_file).write_text(json.dumps(answers, default=str), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
