"""Notebooks that nobody looks at while they run: they end where they say so, and end well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from .kernels import PYTHON_TREE, Kernel, _Manager


def execute(monkeypatch: Any, folder: Path, *cells: str, kernel: str = "caudal") -> list[Any]:
    """Runs cells as nbclient, nbconvert and papermill do; what each of them showed."""
    monkeypatch.setenv("IPYTHONDIR", str(folder / ".ipython"))
    monkeypatch.setenv("PYTHONPATH", str(PYTHON_TREE))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=120, km=_Manager(kernel), resources=resources).execute()
    return [cell.outputs for cell in notebook.cells]


def test_a_headless_run_ends_with_the_notebook(monkeypatch: Any, tmp_path: Path) -> None:
    _, ended, *rest = execute(
        monkeypatch,
        tmp_path,
        "%load_ext caudal",
        "print('before')\ndbutils.notebook.exit('done')\nprint('never')",
        "print('never')",
        "%sql select 'never'",
        "%%writefile never.txt\nnever",
        kernel="python3",
    )
    assert [output.output_type for output in ended] == ["stream"]
    assert ended[0].text == "before\nNotebook exited: done\n"
    assert rest == [[], [], []]
    assert not (tmp_path / "never.txt").exists()


def test_cells_that_wait_behind_the_end_do_not_run(kernel: Kernel) -> None:
    """What "Run all" of a page does: all cells are sent before the first one ran."""
    client = kernel._client
    sent = [
        client.execute(code)
        for code in ("ran = [1]", "dbutils.notebook.exit('x')", "ran.append(2)", "ran.append(3)")
    ]
    replies = {}
    while len(replies) < len(sent):
        reply = client.get_shell_msg(timeout=60)
        replies[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
    assert [replies[one] for one in sent] == ["ok", "ok", "aborted", "aborted"]
    assert kernel.value("ran") == [1]
