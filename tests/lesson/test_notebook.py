"""Our own notebook of the events lesson runs from its first cell to its last."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
NOTEBOOKS = HERE.parent.parent / "notebooks"


def test_events_notebook(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    ran = subprocess.run(
        [
            sys.executable,
            str(HERE / "run_notebook.py"),
            str(NOTEBOOKS / "eventos.ipynb"),
            str(answers),
            "iguales",
            "lotes",
        ],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    values = json.loads(answers.read_text(encoding="utf-8"))
    assert values["iguales"] is True
    assert len(values["lotes"]) == 50


def test_kafka_notebook(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    notebook = NOTEBOOKS / "kafka.ipynb"
    ran = subprocess.run(
        [
            sys.executable,
            str(HERE / "run_notebook.py"),
            str(notebook),
            str(answers),
            "visto",
            "acabada",
            "siguen",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    values = json.loads(answers.read_text(encoding="utf-8"))
    assert values["visto"] == [[number] * 3 for number in range(20, 70, 10)]
    assert values["acabada"] is True
    assert values["siguen"] == ["avisos a Kafka"]


@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_notebooks_are_kept_without_output(notebook: Path) -> None:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]
