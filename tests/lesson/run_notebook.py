"""Runs a notebook's code cells in order: ``run_notebook.py NOTEBOOK ANSWERS_FILE NAME…``.

Without Jupyter: our notebooks are plain Python, so that they need no kernel to be tested.
Writes the values that the named variables have at the end.
"""

import json
import sys
from pathlib import Path
from typing import Any


def main(notebook: str, answers_file: str, names: list[str]) -> None:
    scope: dict[str, Any] = {"__name__": "__main__"}
    cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for number, source in enumerate(code):
        exec(compile(source, f"<cell {number}>", "exec"), scope)
    Path(answers_file).write_text(json.dumps({name: scope[name] for name in names}, default=str))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
