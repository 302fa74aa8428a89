"""The magics of hosted notebooks, in the kernel."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from .kernels import Kernel

EVENTS = "/databricks-datasets/structured-streaming/events/"


def test_names_of_hosted_notebooks_are_there(kernel: Kernel) -> None:
    names = "spark sc sqlContext display displayHTML dbutils".split()
    assert kernel.value(f"[n for n in {names} if n not in globals()]") == []
    assert kernel.value("sqlContext.sql('select 1 as a').first().a, sc.appName is not None") == (
        1,
        True,
    )
    kernel.run("import pyspark.sql")
    assert kernel.value("pyspark.sql.SparkSession.__module__") == "pyspark.sql.session"


def test_sql_takes_the_whole_cell_and_keeps_its_frame(kernel: Kernel) -> None:
    shown = kernel.run("%sql select id,\n  id * 2 as twice\nfrom range(2)")
    assert shown.error is None
    assert "twice" in shown.stdout or shown.rich
    assert kernel.value("[tuple(row) for row in _sqldf.collect()]") == [(0, 0), (1, 2)]


def test_sql_runs_its_statements_in_order_and_shows_the_last(kernel: Kernel) -> None:
    kernel.run(
        "%sql\ncreate or replace temp view v as select ';' as a; -- one; two\nselect * from v;"
    )
    assert kernel.value("_sqldf.first().a") == ";"
    assert kernel.run("%sql create or replace temp view w as select 1").stdout == "OK\n"


def test_variables_are_parameters_and_never_text(kernel: Kernel) -> None:
    kernel.run("""name, least = "it's '' \\\\ a", 1\nframe = spark.range(4)""")
    kernel.run("%sql select {name} as a, {least} + 1 as b")
    assert kernel.value("tuple(_sqldf.first())") == ("it's '' \\ a", 2)
    kernel.run("%sql select count(*), '{', '{}' from {frame} where id > {least}")
    assert kernel.value("tuple(_sqldf.first())") == (2, "{", "{}")
    quoted = kernel.run("%sql select '{name}' as a")
    assert "write {name} without quotes" in quoted.stderr
    assert kernel.value("_sqldf.first().a") == "{name}"


def test_variables_name_tables(kernel: Kernel) -> None:
    kernel.run(
        "spark.range(3).createOrReplaceTempView('three')\nspark.sql('create database if not "
        "exists shelf')\ntable, column, base, day = 'three', 'id', 'shelf', '2024-05-06'\n"
        "frame = spark.range(2)"
    )
    for query, answer in (
        ("select count(*) from {table}", 3),
        ("select count(*) from {table} a, {table} b where a.id < b.id", 3),
        ("select max(identifier({column})) from {table} join {frame} using (id)", 1),
        ("select (select count(*) from {table}) + extract(day from date {day})", None),
        ("select count(*) from {frame} where exists (select 1 from {table})", 2),
        ("select extract(month from cast({day} as date))", 5),
        ("select trim(leading '2' from {day})", "024-05-06"),
    ):
        shown = kernel.run(f"%sql {query}")
        if answer is None:
            assert shown.error is not None, query
        else:
            assert kernel.value("_sqldf.first()[0]") == answer, (query, shown.trace)
    kernel.run(
        "%sql create table {base}.made as select 1 as a;\ninsert into {base}.made values (2)"
    )
    kernel.run("name = 'shelf.made'")
    kernel.run("%sql select sum(a) from {name}")
    assert kernel.value("_sqldf.first()[0]") == 3
    kernel.run("%sql drop table if exists {name}")
    assert kernel.value("spark.catalog.tableExists('shelf.made')") is False
    # A name is one name, whatever is in it.
    kernel.run("name = 'three; drop table three'")
    assert "PARSE_SYNTAX_ERROR" in kernel.run("%sql select * from {name}").trace


def test_sql_reads_the_last_cells_frame_by_its_name(kernel: Kernel) -> None:
    kernel.run("%sql select 1 as a")
    kernel.run("%sql\nselect _sqldf.a + 1 as a, '_sqldf' as t from\n  _sqldf -- from _sqldf")
    assert kernel.value("tuple(_sqldf.first())") == (2, "_sqldf")
    kernel.run("%sql select 5 as a; select 2 * l.a as a from _sqldf l join _sqldf using (a)")
    assert kernel.value("_sqldf.first().a") == 10
    # A view of that name goes before it.
    kernel.run("%sql create or replace temp view _sqldf as select 'view' as a")
    kernel.run("%sql select a from _sqldf")
    assert kernel.value("_sqldf.first().a") == "view"
    kernel.run("%sql drop view _sqldf")
    kernel.run("del _sqldf")
    assert "TABLE_OR_VIEW_NOT_FOUND" in kernel.run("%sql select a from _sqldf").trace


def test_marks_in_sql_are_widgets(kernel: Kernel) -> None:
    kernel.run("dbutils.widgets.text('day', \"o'clock\")")
    kernel.run("%sql select :day as a, '1'::int as b, parse_json('{\"day\": 3}'):day as c, ':day'")
    assert kernel.value("tuple(map(str, _sqldf.first()))") == ("o'clock", "1", "3", ":day")
    kernel.run("day = 1")
    both = kernel.run("%sql select {day}, :day")
    assert "%sql has both {day}, the notebook's variable, and :day, its widget" in both.trace
    kernel.run("dbutils.widgets.remove('day')")
    assert "UNBOUND_SQL_PARAMETER" in kernel.run("%sql select :day").trace
    assert kernel.value("getArgument('day', 'none')") == "none"


def test_short_names_of_hosted_notebooks(kernel: Kernel) -> None:
    kernel.run("%unload_ext caudal")
    kernel.run("%load_ext caudal")  # names that other cells gave other values
    kernel.run("spark.range(3).createOrReplaceTempView('short')")
    assert kernel.value("sql('select count(*) from short').first()[0], table('short').count()") == (
        3,
        3,
    )
    assert kernel.value("sql('select :n as a', {'n': 2}).first().a") == 2
    assert "text/html" in kernel.run("table('short').display(limit=2)").rich[0]
    refused = kernel.run("table('short').display(chart='nope')")
    # Of Caudal's own code there is nothing to see.
    assert refused.trace.startswith("PySparkValueError: display(chart='nope'): the charts are bar")
    assert "site-packages" not in refused.trace and "_options.py" not in refused.trace


def test_ipythons_own_extensions_load(kernel: Kernel) -> None:
    assert kernel.run("%load_ext autoreload\n%autoreload 0").error is None
    kernel.run("%unload_ext caudal")
    assert "ATTRIBUTE_NOT_SUPPORTED" in kernel.run("spark.range(1).display()").trace
    assert kernel.run("%load_ext caudal").error is None
    assert kernel.run("spark.range(1).display()").error is None


def test_session_and_context_are_shown_with_what_they_are(kernel: Kernel) -> None:
    kernel.run("from IPython.core.formatters import format_display_data as formats")
    shown = "formats({})[0]['text/html']"
    for name in ("spark", "sc"):
        html = kernel.value(shown.format(name))
        assert "Version" in html and "v4.3.0" in html and "Master" in html


def test_a_variable_that_is_not_there_is_an_error(kernel: Kernel) -> None:
    shown = kernel.run("%sql select {nowhere}")
    assert shown.error is not None
    assert "notebook's variable nowhere, which is not there" in shown.error[1]


def test_sql_in_an_assignment_gives_the_frame(kernel: Kernel) -> None:
    shown = kernel.run("given = %sql select 7 as seven\ngiven.first().seven")
    assert (shown.result, shown.stdout) == ("7", "")


def test_having_without_group_by_filters_and_times_are_in_utc(kernel: Kernel) -> None:
    kernel.run("%sql select id, timestamp_seconds(0) as t from range(3) having id > 1")
    assert kernel.value("_sqldf.selectExpr('id', 'string(t)').first().asDict()") == {
        "id": 2,
        "t": "1970-01-01 00:00:00",
    }


def test_md_sh_and_python_cells(kernel: Kernel) -> None:
    markdown = kernel.run("\n%md # Título\n\n- uno")
    assert markdown.rich[0]["text/markdown"] == "# Título\n\n- uno"
    shell = kernel.run('%sh\nfor i in 1 2; do echo "a $i"; done\nexit 3')
    assert (shell.stdout, shell.stderr) == ("a 1\na 2\n", "%sh: exit status 3\n")
    assert shell.status == "ok"
    assert kernel.run("%sh -e\nexit 3").status == "error"
    assert kernel.run("%python\n6 * 7").result == "42"


def test_an_interrupted_script_ends(kernel: Kernel) -> None:
    shown = kernel.run(
        "%sh echo $$; exec sleep 600",
        told=lambda text: kernel.interrupt() if text.strip().isdigit() else None,
    )
    assert shown.error is not None
    assert shown.error[0] == "KeyboardInterrupt"
    with pytest.raises(ProcessLookupError):
        os.kill(int(shown.stdout), 0)


def test_other_languages_are_refused_by_name(kernel: Kernel) -> None:
    for cell in ("%scala val x = 1", "%r\nx <- 1"):
        shown = kernel.run(cell)
        assert shown.status == "error"
        assert "the cell did not run" in shown.stderr


def test_ipythons_own_magics_stay(kernel: Kernel) -> None:
    assert kernel.run("%timeit -n1 -r1 1").error is None
    assert kernel.run("x = 2\n%who_ls int").result is not None


def test_fs_lists_and_shows_the_sample_events(kernel: Kernel) -> None:
    kernel.run(f"%fs ls {EVENTS}")
    listed = kernel.value(f"[file.path for file in dbutils.fs.ls('{EVENTS}')]")
    assert len(listed) == 50
    assert listed[:3] == [f"dbfs:{EVENTS}file-{n}.json" for n in ("0", "1", "10")]
    head = kernel.run(f"%fs head {EVENTS}file-0.json").stdout
    assert head.startswith('{"time":')
    assert head.endswith("[Truncated to first 65536 bytes]\n")


@pytest.mark.parametrize(
    ("cell", "condition"),
    [
        ("%sql select * frm counts", "PARSE_SYNTAX_ERROR"),
        ("%sql\nselect *\nfrom not_there", "TABLE_OR_VIEW_NOT_FOUND"),
        ("%fs rm -r /tmp/not-mounted", "CAUDAL_PATH_NOT_MOUNTED"),
        ("%fs ls dbfs:/not-mounted", "CAUDAL_PATH_NOT_MOUNTED"),
        ("%fs ls /not/there", "PATH_NOT_FOUND"),
    ],
)
def test_bad_input_has_sparks_short_error(kernel: Kernel, cell: str, condition: str) -> None:
    shown = kernel.run(cell)
    assert shown.error is not None
    assert f"[{condition}]" in shown.error[1]
    assert condition in shown.trace
    assert "caudal/" not in shown.trace
    assert "get_ipython" not in shown.trace


def test_a_session_that_was_stopped_begins_again_as_it_was(kernel: Kernel) -> None:
    kernel.run("spark.stop()")
    kernel.run("%sql select id, current_timezone() as zone from range(2) having id > 0")
    assert kernel.value("_sqldf.first().zone, spark.range(1).count()") == ("UTC", 1)
    assert kernel.value("sqlContext.range(2).count()") == 2


class TestRun:
    """``%run`` of another notebook."""

    def test_a_hosted_source_shares_its_variables(self, kernel: Kernel, folder: Path) -> None:
        setup = folder / "includes"
        setup.mkdir(exist_ok=True)
        (setup / "first.py").write_text(
            "# Databricks notebook source\n"
            'dbutils.widgets.text("size", "1")\nsize = int(dbutils.widgets.get("size"))\n'
            "# COMMAND ----------\n"
            "# MAGIC %sql create or replace temp view sized as select {size} as size\n"
            "# COMMAND ----------\n"
            "# MAGIC %run ./second\n"
        )
        cell = {"cell_type": "code", "source": ["after = size + 1\n"], "metadata": {}}
        (setup / "second.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}}))
        shown = kernel.run('%run ./includes/first $size="5"')
        assert shown.error is None, shown.trace
        assert kernel.value("size, after, spark.table('sized').first().size") == (5, 6, 5)

    def test_a_cell_that_fails_ends_it(self, kernel: Kernel, folder: Path) -> None:
        (folder / "wrong.py").write_text(
            "# Databricks notebook source\nspark.table('nope')\n"
            "# COMMAND ----------\nreached = True\n"
        )
        shown = kernel.run("%run ./wrong")
        assert shown.status == "error"
        assert "code cell 1 failed" in shown.stderr
        assert "TABLE_OR_VIEW_NOT_FOUND" in shown.trace
        assert not kernel.value("'reached' in globals()")

    def test_one_that_is_not_there_names_what_was_looked_for(self, kernel: Kernel) -> None:
        shown = kernel.run("%run ./elsewhere")
        assert shown.error is not None
        assert "elsewhere.ipynb" in shown.error[1]

    def test_a_program_is_ipythons(self, kernel: Kernel, folder: Path) -> None:
        (folder / "program.py").write_text("import sys\nprint(sys.argv[1:], kept)\n")
        kernel.run("kept = 'kept'")
        shown = kernel.run("%run program.py a b\nprint('after')")
        assert shown.stdout == "['a', 'b'] kept\nafter\n"


def test_the_helper_of_exercises_is_there(kernel: Kernel) -> None:
    shown = kernel.run(
        "from databricks_test_helper import *\n"
        "Test.assertEquals(1 + 1, 2, 'sum')\nTest.assertTrue(1 > 2, 'order')"
    )
    assert shown.stdout == "1 test passed.\n1 test failed. order\n"
