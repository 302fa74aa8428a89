"""Records what real PySpark answers to the lessons' programs:
``python -m tests.lesson.record [PROGRAM …]``.

Needs Java, the pinned PySpark, the course data, and Caudal for the data that it generates.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..course import course_data
from . import launch


def one_answer_a_line(answers: dict[str, Any]) -> str:
    lines = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in answers.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> int:
    data = course_data()
    if data is None:
        print("lessons not recorded: the course data is not there (set CAUDAL_COURSE_DATA)")
        return 0
    for program in sorted(launch.PROGRAMS.glob("*.py")):
        if sys.argv[1:] and program.stem not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            folder = launch.input_of(program.stem, data, Path(scratch))
            answers = launch.run(program, "pyspark", Path(scratch), folder)
        target = launch.RECORDED / f"{program.stem}.json"
        target.write_text(one_answer_a_line(answers), encoding="utf-8")
        print(f"recorded {program.stem}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
