"""The kernel's description, the extension in a plain kernel, and both in whole notebooks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from caudal.cli import main
from caudal.notebook.cells import whole_cell_magics

from .kernels import PYTHON_TREE, Kernel

NOTE = "HAVING without GROUP BY filters rows"


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Kernel]:
    kernel = Kernel("python3", tmp_path)
    yield kernel
    kernel.stop()


def test_the_extension_in_a_plain_kernel(plain: Kernel) -> None:
    loaded = plain.run("%load_ext caudal")
    assert loaded.error is None
    assert loaded.stdout.count(NOTE) == 1
    assert plain.run("from pyspark.sql import SparkSession\nspark.range(2).count()").result == "2"
    plain.run("%sql select 1 as one")
    assert plain.value("_sqldf.first().one") == 1
    plain.run("%unload_ext caudal")
    assert "Traceback" in plain.run("spark.table('nope')").trace
    assert plain.run("%sql select 1").status == "error"
    assert plain.run("%%sh\necho of IPython").stdout == "of IPython\n"
    assert plain.run("%load_ext caudal").stdout.count(NOTE) == 1
    assert "Traceback" not in plain.run("spark.table('nope')").trace


def test_a_real_pyspark_that_is_imported_is_an_error(plain: Kernel) -> None:
    plain.run("import sys, types\nsys.modules['pyspark'] = types.ModuleType('pyspark')")
    assert "pyspark is imported already" in plain.run("%load_ext caudal").trace


def test_settings_of_the_program_stay(plain: Kernel) -> None:
    plain.run(
        "from caudal.sql import SparkSession\n"
        "setting = 'spark.sql.session.timeZone'\n"
        "spark = SparkSession.builder.config(setting, 'Asia/Tokyo').getOrCreate()"
    )
    loaded = plain.run("%load_ext caudal").stdout
    assert "UTC" not in loaded
    assert plain.value("spark.conf.get('spark.sql.session.timeZone')") == "Asia/Tokyo"


def test_the_kernel_says_its_settings_once(tmp_path: Path) -> None:
    kernel = Kernel("caudal", tmp_path)
    try:
        assert kernel.run("1 + 1").stdout.count(NOTE) == 1
        assert kernel.run("1 + 1").stdout == ""
        again = kernel.run("%load_ext caudal")
        assert (again.stdout, again.stderr) == ("", "")
    finally:
        kernel.stop()


def test_a_notebook_runs_in_the_installed_kernel_with_no_cell_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kernel", "install", "--prefix", str(tmp_path)]) == 0
    folder = tmp_path / "share" / "jupyter"
    described = json.loads((folder / "kernels" / "caudal" / "kernel.json").read_text())
    assert described["argv"][:3] == [sys.executable, "-m", "caudal.notebook.kernel"]
    monkeypatch.setenv("JUPYTER_PATH", str(folder))
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(PYTHON_TREE), before])))
    notebook = nbformat.v4.new_notebook()
    cells = ["%sql select id from range(3)\nhaving id > 1", "print(_sqldf.collect())"]
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    NotebookClient(notebook, timeout=120, kernel_name="caudal").execute()
    assert notebook.cells[1].outputs[0].text == "[Row(id=2)]\n"
    assert main(["kernel", "remove"]) == 0
    assert not (folder / "kernels" / "caudal").exists()
    assert main(["kernel", "remove"]) == 1
    assert "there is no kernel" in capsys.readouterr().err


def test_a_shell_in_a_terminal_has_it_too(tmp_path: Path) -> None:
    program = "%load_ext caudal\nget_ipython().run_cell('%sql select 1 as one,\\n 2 as two')\n"
    program += "get_ipython().run_cell('spark.table(\\'nope\\')')\n"
    ran = subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", program],
        cwd=tmp_path,
        env={**os.environ, "IPYTHONDIR": str(tmp_path), "PYTHONPATH": str(PYTHON_TREE)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.stdout.count(NOTE) == 1, ran.stderr
    assert "|one|two|" in ran.stdout.replace(" ", "")
    assert "AnalysisException: [TABLE_OR_VIEW_NOT_FOUND]" in ran.stdout + ran.stderr
    assert "python/caudal/" not in ran.stdout + ran.stderr


def test_a_line_of_sql_is_whole_in_a_terminal() -> None:
    from IPython.core.inputtransformer2 import TransformerManager

    manager = TransformerManager()
    manager.cleanup_transforms.append(whole_cell_magics)
    assert manager.check_complete("%sql select 1\n") == ("complete", None)
    assert manager.check_complete("%sql select\n  1\n")[0] == "incomplete"
    assert manager.check_complete("%sql select\n  1\n\n")[0] == "complete"


def test_what_the_kernel_needs_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ipykernel", None)
    assert main(["kernel", "install"]) == 1
    assert "pip install 'caudal[notebook]'" in capsys.readouterr().err
