"""The measure of PySpark's surface: no number falls, and it measures what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.parity import names, reached
from tests.parity.examples import MODULES, Docstring, Module

ROOT = Path(__file__).parents[2]


def test_no_name_and_no_signature_is_lost() -> None:
    assert reached.fallen({"names": names.totals(names.measure())}) == []


def test_what_falls_is_named() -> None:
    counts = names.totals(names.measure())
    counts["sql"]["present"] -= 1
    assert len(reached.fallen({"names": counts})) == 1
    assert "names of sql: present fell" in reached.fallen({"names": counts})[0]


def test_a_signature_is_names_kinds_and_defaults() -> None:
    def function(self, a, b: int = 1, *c, d="x", **e):  # type: ignore[no-untyped-def]
        pass

    def keywords(a, *, b=None):  # type: ignore[no-untyped-def]
        pass

    assert names.signature_text(function, True) == "(a, b=1, *args, d='x', **kwargs)"
    assert names.signature_text(keywords, False) == "(a, *, b=None)"


def test_a_method_that_only_says_not_yet_counts_as_unbuilt() -> None:
    found = {group.name: group for group in names.measure()}
    reader = found["pyspark.sql.DataFrameReader"]
    assert "jdbc" in reader.unbuilt and "json" not in reader.unbuilt


def test_every_exception_has_a_place_and_a_reason() -> None:
    for docstring, cause in reached.exceptions().items():
        path, name = docstring.split(" ")
        assert path in MODULES and name and cause.reason


def test_exceptions_are_what_the_run_found() -> None:
    known = {
        "a.py fails": reached.Cause("why", False),
        "a.py mended": reached.Cause("why", False),
        "a.py now_and_then": reached.Cause("why", True),
    }
    run = [Docstring("fails", 3, 1), Docstring("mended", 2), Docstring("new", 1, 1)]
    module = Module("a.py", [*run, Docstring("now_and_then", 5, 5)])
    problems = reached.wrongly_listed([module], known)
    assert [problem.split(",")[0] for problem in problems] == [
        "a.py new fails and is not listed",
        "a.py mended passes",
    ]
    assert module.counts({"a.py now_and_then"}) == {
        "examples": 6,
        "passed": 4,
        "docstrings": 3,
        "whole": 1,
    }


def test_what_passes_is_taken_out_of_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "exceptions.toml"
    cause = '[[cause]]\nreason = "{}"\ndocstrings = [\n{}]\n'
    listed.write_text(
        cause.format("one", '    "a.py fails",\n    "a.py mended",\n')
        + "\n"
        + cause.format("two", '    "a.py mended_too",\n')
    )
    monkeypatch.setattr(reached, "EXCEPTIONS", listed)
    run = [Docstring("fails", 1, 1), Docstring("mended", 1), Docstring("mended_too", 1)]
    reached.unlist_what_passes([Module("a.py", run)])
    assert list(reached.exceptions()) == ["a.py fails"]
    assert "two" not in listed.read_text()


SOURCE = '''
import sys
from pyspark.sql import Row


class Thing:
    """Has examples.

    >>> spark.range(2).count() + F.lit.__name__.count("l")
    3
    >>> sys.maxsize > 1, Row(a=1)
    (True, Row(a=1))
    """

    def wrong(self):
        """
        >>> 1 + 1
        3
        >>> 1 + 2
        3
        >>> 1 / 0  # doctest: +SKIP
        """

    def own_name(self):
        """
        >>> type(spark)
        <class 'pyspark.sql.session.SparkSession'>
        """
'''


def test_examples_run_with_their_module_s_names(tmp_path: Path) -> None:
    for path in MODULES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(SOURCE if path == "sql/conf.py" else "")
    # In a process of its own: PySpark's name leads here from then on.
    script = (
        "import sys, pathlib; from tests.parity.examples import run\n"
        "for module in run(pathlib.Path(sys.argv[1])):\n"
        "    for d in module.docstrings: print(d.name, d.examples, d.failed)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'python'}:{ROOT}", "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["Thing 2 0", "Thing.wrong 2 1", "Thing.own_name 1 0"]
