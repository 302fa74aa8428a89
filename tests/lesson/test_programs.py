"""The three lessons on the course's data: Spark's answers, in every form of starting them."""

import json
from pathlib import Path
from typing import Any

import pytest

from . import launch

LESSONS = sorted(path.stem for path in launch.PROGRAMS.glob("*.py"))


def same(actual: Any, expected: Any) -> bool:
    """Equal, with room in the last digits of a float: sums of floats have no fixed order."""
    if isinstance(expected, float) and isinstance(actual, float):
        return actual == pytest.approx(expected, rel=1e-12)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    return type(actual) is type(expected) and bool(actual == expected)


@pytest.mark.parametrize("form", launch.FORMS)
@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson(lesson: str, form: str, course_data: Path, tmp_path: Path) -> None:
    program = launch.PROGRAMS / f"{lesson}.py"
    folder = launch.input_of(lesson, course_data, tmp_path)
    answers = launch.run(program, form, tmp_path, folder)
    recorded = json.loads((launch.RECORDED / f"{lesson}.json").read_text(encoding="utf-8"))
    wrong = [
        f"{name}:\n  recorded {expected}\n  answered {answers.get(name)}"
        for name, expected in recorded.items()
        if not same(answers.get(name), expected)
    ]
    assert not wrong, "\n".join(wrong)
    assert answers.keys() == recorded.keys()


def test_hourly_counts_are_the_published_ones(course_data: Path, tmp_path: Path) -> None:
    program = launch.PROGRAMS / "eventos.py"
    answers = launch.run(program, launch.FORMS[-1], tmp_path, str(course_data / "events"))
    published = json.loads((course_data / "events_hourly_counts.json").read_text(encoding="utf-8"))
    assert answers["batch"] == published["rows"]
    assert answers["stream"] == published["rows"]
