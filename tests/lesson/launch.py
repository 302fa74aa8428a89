"""Runs a lesson's program in its own process, in each of the forms that users have.

Knows nothing of pytest. With ``CAUDAL_ORACLE_IMPL=pyspark`` there is one form only:
real PySpark, which checks the programs themselves.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from caudal import datasets

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE / "programs"
RECORDED = HERE / "recorded"

# The folder of the course's data that a program reads; `MADE` is made by our generator.
MADE = "activity"
INPUTS = {"facturas": "invoices", "bizums": "bizums", "capitulo21": MADE, "palabras": "."}

ACTIVATED = (
    "import caudal, runpy, sys; caudal.activate(); sys.argv = sys.argv[1:]; "
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)
ON_REAL_SPARK = os.environ.get("CAUDAL_ORACLE_IMPL", "caudal") == "pyspark"
FORMS = ["pyspark"] if ON_REAL_SPARK else ["caudal imports", "activate", "caudal run"]


def input_of(program: str, data: Path, scratch: Path) -> str:
    """The folder that `program` reads."""
    name = INPUTS.get(program, "events")
    if name == MADE:
        made = scratch / MADE
        datasets.activity(made, files=4, rows_per_file=150)
        return str(made)
    return str(data / name)


class ProgramFailed(AssertionError):
    """The program ended with an error; its output is the message."""


def run(program: Path, form: str, scratch: Path, *arguments: str, seconds: int = 120) -> Any:
    """The answers that `program` wrote, started in `form` with ``arguments… ANSWERS_FILE``."""
    answers = scratch / "answers.json"
    command = _command(program, form, scratch)
    ran = subprocess.run(
        [*command, *arguments, str(answers)],
        cwd=scratch,
        capture_output=True,
        text=True,
        timeout=900 if form == "pyspark" else seconds,
        check=False,
    )
    if ran.returncode:
        raise ProgramFailed(f"{form}: exit {ran.returncode}\n{ran.stdout[-2000:]}\n{ran.stderr}")
    return json.loads(answers.read_text(encoding="utf-8"))


def _command(program: Path, form: str, scratch: Path) -> list[str]:
    if form == "pyspark":
        return [sys.executable, str(program)]
    if form == "activate":
        return [sys.executable, "-c", ACTIVATED, str(program)]
    if form == "caudal run":
        return [str(Path(sys.executable).with_name("caudal")), "run", str(program)]
    renamed = scratch / program.name
    text = program.read_text(encoding="utf-8").replace("pyspark", "caudal")
    renamed.write_text(text, encoding="utf-8")
    return [sys.executable, str(renamed)]
