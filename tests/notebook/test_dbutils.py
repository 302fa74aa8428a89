"""``dbutils``: secrets, widgets, and notebooks that run others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from caudal.errors import PySparkException
from caudal.notebook.dbutils import DBUtils, Widgets
from caudal.notebook.redaction import redact
from caudal.notebook.secrets import SETTING, Secrets

from .kernels import PYTHON_TREE, Kernel

# Secrets.


@pytest.fixture
def secrets(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    # An example of the documentation sets this one.
    monkeypatch.delenv("CAUDAL_SECRET__LAKE__ACCESS_KEY", raising=False)
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({"my lake": {"key": "of-the-file", "other": "o"}}))
    spark.conf.set(SETTING, str(file))
    monkeypatch.setenv("CAUDAL_SECRET__JDBC__PASS_WORD", "of the environment")
    yield Secrets(lambda: spark)
    spark.conf.unset(SETTING)


def test_secrets_are_of_a_file_and_of_the_environment(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [scope.name for scope in secrets.listScopes()] == ["jdbc", "my lake"]
    assert [secret.key for secret in secrets.list("my lake")] == ["key", "other"]
    assert secrets.get("my lake", "key") == "of-the-file"
    assert secrets.get("jdbc", "pass-word") == "of the environment"
    assert secrets.getBytes("JDBC", "PASS.WORD") == b"of the environment"
    monkeypatch.setenv("CAUDAL_SECRET__MY_LAKE__KEY", "newer")
    assert secrets.get("my lake", "key") == "newer"


def test_a_secret_that_is_not_there_is_named(secrets: Secrets, spark: Any) -> None:
    with pytest.raises(PySparkException, match="scope: my lake and key: nope") as raised:
        secrets.get("my lake", "nope")
    assert "CAUDAL_SECRET__MY_LAKE__NOPE" in str(raised.value)
    with pytest.raises(PySparkException, match="Scope does not exist: nope"):
        secrets.list("nope")
    for text, said in (("{", "it is no JSON"), ('{"a": 1}', "not of the form")):
        Path(spark.conf.get(SETTING)).write_text(text)
        with pytest.raises(PySparkException, match=said):
            secrets.listScopes()


def test_redaction_goes_to_any_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("caudal.notebook.redaction._secrets", {"abc", "abcdef"})
    assert redact({"a": ["xabcdefx", {"b": "abc"}], "n": 1}) == {
        "a": ["x[REDACTED]x", {"b": "[REDACTED]"}],
        "n": 1,
    }


def test_no_output_of_a_cell_shows_a_secret(kernel: Kernel) -> None:
    kernel.run("import os\nos.environ['CAUDAL_SECRET__S__K'] = 'hunter2'")
    kernel.run("value = dbutils.secrets.get('s', 'k')")
    assert kernel.value("len(value)") == 7
    printed = kernel.run("import sys\nprint('a', value)\nprint(value, file=sys.stderr)\nvalue")
    assert printed.stdout == "a [REDACTED]\n"
    assert printed.stderr == "[REDACTED]\n"
    assert printed.result == "'[REDACTED]'"
    shown = kernel.run("display(spark.createDataFrame([(value,)], 'a string'))").rich[-1]
    assert "hunter2" not in str(shown) and "[REDACTED]" in shown["text/html"]
    failed = kernel.run("raise ValueError(value)")
    assert failed.error == ("ValueError", "[REDACTED]") and "hunter2" not in failed.trace


def test_a_terminals_shell_shows_no_secret(tmp_path: Path) -> None:
    program = (
        "%load_ext caudal\nimport sys\nkept = sys.stdout\n"
        "value = dbutils.secrets.get('s', 'k')\n"
        "print('a', value)\nprint(value, file=sys.stderr)\n"
        "get_ipython().run_cell('value')\nget_ipython().run_cell('raise ValueError(value)')\n"
        "display(spark.createDataFrame([(value,)], 'a string'))\n"
        "print(len(value), sys.stdout.isatty(), sys.stdout.write(value))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", program],
        cwd=tmp_path,
        env={
            **os.environ,
            "IPYTHONDIR": str(tmp_path),
            "PYTHONPATH": str(PYTHON_TREE),
            "CAUDAL_SECRET__S__K": "hunter2",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = ran.stdout + ran.stderr
    assert "hunter2" not in said
    assert "a [REDACTED]\n" in ran.stdout and "[REDACTED]\n" in ran.stderr, said
    assert "'[REDACTED]'" in said and "ValueError: [REDACTED]" in said
    assert "7 False 7" in ran.stdout


# Widgets.


def test_widgets() -> None:
    widgets = Widgets()
    widgets.text("year", "2024", "The year")
    widgets.dropdown("kind", "a", ["a", "b"])
    widgets.multiselect("many", "a", ["a", "b"])
    widgets.give({"many": "a,b", "given": "g"})
    assert widgets.getAll() == {"year": "2024", "kind": "a", "many": "a,b", "given": "g"}
    assert widgets.getArgument("nope", "n") == "n"
    assert widgets.getArgument("year", "n") == "2024"
    widgets.remove("year")
    with pytest.raises(PySparkException, match=r"named year is defined; there are given, kind"):
        widgets.get("year")
    with pytest.raises(PySparkException, match="'c' is not a choice of the widget kind"):
        widgets.dropdown("kind", "c", ["a"])
    widgets.removeAll()
    with pytest.raises(PySparkException, match="there is none"):
        widgets.get("kind")


# Notebooks.


def test_outside_of_a_notebook_none_runs(spark: Any) -> None:
    with pytest.raises(PySparkException, match=r"dbutils\.notebook\.run"):
        DBUtils(lambda: spark).notebook.run("a")


def write(path: Path, *cells: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    mark = "\n\n# COMMAND ----------\n\n"
    path.write_text("# Databricks notebook source\n" + mark.join(cells))


def test_a_notebook_runs_apart_and_gives_its_value(kernel: Kernel, folder: Path) -> None:
    write(
        folder / "jobs" / "child.py",
        "kept = 'of the child'\ndbutils.widgets.text('n', '1')\nn = int(dbutils.widgets.get('n'))",
        "spark.range(n).createOrReplaceGlobalTempView('made')\n"
        "spark.range(1).createOrReplaceTempView('own')\n"
        "spark.conf.set('spark.sql.session.timeZone', 'Asia/Tokyo')",
        "inner_value = dbutils.notebook.run('inner', 60)",
        "dbutils.notebook.exit(f'{n} rows, {inner_value}')",
        "raise ValueError('never')",
    )
    write(folder / "jobs" / "inner.py", "dbutils.notebook.exit(spark.version)")
    kernel.run("kept = 'of the notebook'")
    ran = kernel.run("got = dbutils.notebook.run('./jobs/child', 60, {'n': '3'})")
    assert ran.error is None
    assert kernel.value("got") == "3 rows, 4.3.0"
    assert kernel.value("kept") == "of the notebook"
    assert kernel.value("'n' in globals(), 'inner_value' in globals()") == (False, False)
    assert kernel.value("spark.table('global_temp.made').count()") == 3
    assert kernel.value("spark.catalog.tableExists('own')") is False
    assert kernel.value("spark.conf.get('spark.sql.session.timeZone')") == "UTC"
    assert kernel.value("dbutils.widgets.getAll().get('n')") is None


def test_a_notebook_that_fails_or_takes_long_says_so(kernel: Kernel, folder: Path) -> None:
    write(folder / "fails.py", "1 + 1", "spark.table('nope')")
    failed = kernel.run("dbutils.notebook.run('fails', 60)")
    assert failed.error is not None
    assert "fails.py: code cell 2 failed: [TABLE_OR_VIEW_NOT_FOUND]" in failed.error[1]
    write(folder / "slow.py", "import time\ntime.sleep(60)", "never = 1")
    slow = kernel.run("dbutils.notebook.run('slow', 0.3)")
    assert slow.error is not None and "slow.py: not done within 0.3 seconds" in slow.error[1]
    assert "no notebook 'missing'" in kernel.run("dbutils.notebook.run('missing')").trace
    assert kernel.run("dbutils.notebook.run('fails', 1, {'a': 1})").status == "error"
    write(folder / "quiet.py", "1 + 1")
    assert kernel.run("dbutils.notebook.run('quiet')").result == "''"


def test_exit_ends_the_cell(kernel: Kernel) -> None:
    ended = kernel.run("before = 1\ndbutils.notebook.exit('done')\nbehind = 1")
    assert (ended.status, ended.error) == ("ok", None)
    assert ended.stdout == "Notebook exited: done\n"
    # Who runs another cell afterwards wants it to run.
    assert kernel.value("'behind' in globals()") is False


def test_exit_of_a_notebook_that_is_part_of_this_one_ends_it(kernel: Kernel, folder: Path) -> None:
    write(folder / "part.py", "part = 1", "dbutils.notebook.exit('early')", "part = 2")
    ended = kernel.run("%run ./part\nnever = 1")
    assert (ended.status, ended.stdout) == ("ok", "Notebook exited: early\n")
    assert kernel.value("part, 'never' in globals()") == (1, False)


# Failures in the background.


def test_a_failure_that_nobody_saw_is_told_once(kernel: Kernel) -> None:
    kernel.run(
        "import time\nfrom pyspark.sql import functions as F\n"
        "failing = (spark.readStream.format('rate').load()\n"
        "    .select(F.raise_error(F.lit('out of rows')).alias('a')))\n"
        "def start(name):\n"
        "    q = failing.writeStream.format('noop').queryName(name).start()\n"
        "    while q.isActive: time.sleep(0.01)\n"
        "    return q"
    )
    assert kernel.run("query = start('orders')").stderr == ""
    told = kernel.run("1 + 1").stderr
    assert told == (
        "the query 'orders' failed meanwhile: [USER_RAISED_EXCEPTION] out of rows "
        "SQLSTATE: P0001 (query.exception() has the whole)\n"
    )
    assert kernel.run("1 + 1").stderr == ""
    # A cell that waited has shown it.
    assert "out of rows" in kernel.run("start('orders').awaitTermination()").trace
    assert kernel.run("1 + 1").stderr == ""


def test_loading_what_is_loaded_says_nothing(kernel: Kernel) -> None:
    shown = kernel.run("%load_ext caudal")
    assert (shown.stdout, shown.stderr, shown.error) == ("", "", None)
