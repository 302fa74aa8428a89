"""PySpark's own docstring examples, run against this package.

The source is the folder ``pyspark`` of a PySpark 4.3.0 installation: read as text, never
imported. All examples of one docstring share their names, as in PySpark's own test runs; they
see the names of the module that they stand in, its imports included.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import importlib
import io
import os
import signal
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MODULES = """
    sql/session.py sql/dataframe.py sql/column.py sql/group.py sql/types.py sql/window.py
    sql/readwriter.py sql/catalog.py sql/conf.py sql/udf.py sql/functions/builtin.py
    sql/streaming/readwriter.py sql/streaming/query.py sql/streaming/listener.py
    sql/avro/functions.py sql/pandas/group_ops.py sql/pandas/map_ops.py sql/pandas/functions.py
    sql/observation.py sql/merge.py sql/datasource.py testing/utils.py errors/exceptions/base.py
    """.split()
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
SECONDS_A_DOCSTRING = 30


class _Checker(doctest.OutputChecker):
    """Takes this package's name for PySpark's: ``<class 'caudal.sql.…'>`` is no difference."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(want, got.replace("caudal.", "pyspark."), optionflags)


@dataclass
class Docstring:
    """What became of the examples of one docstring."""

    name: str
    examples: int
    failed: int = 0
    said: str = ""


@dataclass
class Module:
    """The docstrings with examples of one source file."""

    path: str
    docstrings: list[Docstring] = field(default_factory=list)

    def counts(self, without: Collection[str] = ()) -> dict[str, int]:
        """The counts in the form of ``reached.json``, `without` some docstrings."""
        counted = [d for d in self.docstrings if f"{self.path} {d.name}" not in without]
        examples = sum(d.examples for d in counted)
        return {
            "examples": examples,
            "passed": examples - sum(d.failed for d in counted),
            "docstrings": len(counted),
            "whole": sum(not d.failed for d in counted),
        }


class _Late(BaseException):
    """The time for a docstring is over; not an `Exception`, which an example could catch."""


def run(source: Path, only: str = "") -> Iterator[Module]:
    """Runs the examples of each module; ends what they leave running.

    Parameters
    ----------
    source : Path
        The folder ``pyspark`` of an installation.
    only : str
        A part of the names of the docstrings to run; all of them where it is empty.
    """
    os.environ["TZ"] = "America/Los_Angeles"  # what PySpark's own test runs set
    time.tzset()
    import caudal

    caudal.activate()
    from caudal.sql import SparkSession

    if (before := SparkSession.getActiveSession()) is not None:
        before.stop()  # it has another time zone
    settings = {
        "spark.sql.shuffle.partitions": "4",
        "spark.ui.enabled": "false",
        # On in Spark's own test runs, off elsewhere.
        "spark.sql.timeType.enabled": "true",
    }
    builder = SparkSession.builder.master("local[4]").appName("doctests")
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    for path in MODULES:
        yield _run_module(source, path, spark, only)
        _tidy(spark)
    spark.stop()


def _tidy(spark: Any) -> None:
    """Leaves nothing of a module for the next one, as PySpark's sessions, one a module, do."""
    for query in spark.streams.active:
        query.stop()
    for table in spark.catalog.listTables():
        drop = "VIEW" if table.isTemporary else "TABLE"
        spark.sql(f"DROP {drop} IF EXISTS `{table.name}`")
    spark.catalog.clearCache()


def _run_module(source: Path, path: str, spark: Any, only: str) -> Module:
    text = (source / path).read_text(encoding="utf8")
    tree = ast.parse(text)
    names = _names(path, tree, spark)
    module = Module(path)
    for name, doc, line in _docstrings(tree, ""):
        if only in name:
            test = doctest.DocTestParser().get_doctest(doc, dict(names), name, path, line)
            examples = sum(doctest.SKIP not in e.options for e in test.examples)
            if examples:
                module.docstrings.append(_run_docstring(test, Docstring(name, examples)))
    return module


def _docstrings(node: ast.AST, prefix: str) -> Iterator[tuple[str, str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{prefix}{child.name}"
            doc = ast.get_docstring(child)
            if doc and ">>>" in doc:
                yield name, doc, child.lineno
            if isinstance(child, ast.ClassDef):
                yield from _docstrings(child, name + ".")


def _names(path: str, tree: ast.Module, spark: Any) -> dict[str, Any]:
    """What an example may use without importing it: the module's own names and its imports."""
    names: dict[str, Any] = {}
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            for alias in statement.names:
                one = type(statement)(**{**vars(statement), "names": [alias]})
                code = compile(ast.Module([one], []), path, "exec")
                with contextlib.suppress(ImportError, NotImplementedError):
                    exec(code, names)
    with contextlib.suppress(ImportError):
        dotted = "pyspark." + path.removesuffix(".py").replace("/", ".")
        names.update(vars(importlib.import_module(dotted)))
    functions = importlib.import_module("pyspark.sql.functions")
    row = importlib.import_module("pyspark.sql").Row
    return {**names, "spark": spark, "sc": spark.sparkContext, "Row": row} | dict.fromkeys(
        ("F", "sf"), functions
    )


def _run_docstring(test: doctest.DocTest, result: Docstring) -> Docstring:
    """Runs the examples in a folder of their own and within the time that there is."""
    runner = doctest.DocTestRunner(_Checker(), optionflags=FLAGS, verbose=False)
    said = io.StringIO()
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, _time_limit():
        os.chdir(folder)
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                runner.run(test, out=said.write, clear_globs=False)
            result.failed = runner.failures
        except (_Late, SystemExit) as ended:
            result.failed = result.examples
            said.write(f"{type(ended).__name__} {ended}\n")
        finally:
            os.chdir(before)
    result.said = said.getvalue()
    return result


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    def late(*_: Any) -> None:
        raise _Late(f"no answer within {SECONDS_A_DOCSTRING} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS_A_DOCSTRING)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
