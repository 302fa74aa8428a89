"""Runs one program and says what differs from its recording.

The same code serves the recorder (real PySpark) and the test (Caudal), so that only the
implementation behind ``import pyspark`` differs. Knows nothing of pytest.
"""

import importlib.util
import json
import math
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

from .context import Context, CourseDataMissing
from .encoding import ANY_CLASS, Json, canonical, pretty

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE / "programs"
RECORDINGS = HERE / "recordings"
SPARK_VERSION = "4.3.0"

_SETTINGS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
}
# What only a JVM needs: no address but the loopback, no folder beside the caller's.
_SETTINGS_OF_SPARK = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.showConsoleProgress": "false",
}


MakeContext = Callable[[Any, Path, Path | None], Context]


@dataclass(frozen=True)
class Collection:
    """Programs that are recorded together: where they and their recordings lie, the glob
    that finds them, and what makes the context that they receive."""

    programs: Path
    recordings: Path
    glob: str
    make_context: MakeContext = Context

    def names(self) -> list[str]:
        found = self.programs.glob(self.glob)
        return sorted(str(path.relative_to(self.programs).with_suffix("")) for path in found)

    def recorded(self) -> set[str]:
        found = self.recordings.glob(self.glob.replace(".py", ".json"))
        return {str(path.relative_to(self.recordings).with_suffix("")) for path in found}

    def program_path(self, name: str) -> Path:
        return self.programs / f"{name}.py"

    def recording_path(self, name: str) -> Path:
        return self.recordings / f"{name}.json"


ORACLE = Collection(PROGRAMS, RECORDINGS, "*/*.py")


def program_names() -> list[str]:
    """``area/name`` of every program, sorted."""
    return ORACLE.names()


def recording_path(name: str) -> Path:
    return ORACLE.recording_path(name)


def course_data() -> Path | None:
    named = os.environ.get("CAUDAL_COURSE_DATA")
    folder = Path(named) if named else HERE.parent.parent.parent / "shared" / "data"
    return folder.resolve() if (folder / "events").is_dir() else None


class Sessions:
    """One long-lived session, brought back to its first state between programs."""

    def __init__(self, implementation: str, settings: dict[str, str] | None = None) -> None:
        self._implementation = implementation
        self._settings = settings or {}
        self._scratch = tempfile.mkdtemp(prefix="oracle-session-")
        os.environ["TZ"] = "UTC"
        time.tzset()
        self._start()

    def _start(self) -> None:
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.appName("oracle").master("local[2]")
        settings = _SETTINGS | {"spark.sql.warehouse.dir": self._scratch}
        if self._implementation == "pyspark":
            settings |= _SETTINGS_OF_SPARK
        settings |= self._settings
        for key, value in settings.items():
            builder = builder.config(key, value)
        self.spark = builder.getOrCreate()
        if self._implementation == "pyspark":
            self.spark.sparkContext.setLogLevel("OFF")
        self._conf = dict(self.spark.conf.getAll)

    def fresh(self) -> Any:
        """The session without what the program before left in it."""
        try:
            self._reset()
        except Exception:
            # A program may have stopped the session, or broken it.
            self.stop()
            self._start()
        return self.spark

    def _reset(self) -> None:
        spark = self.spark
        for query in spark.streams.active:
            query.stop()
        spark.streams.resetTerminated()
        for table in spark.catalog.listTables():
            if table.isTemporary:
                spark.catalog.dropTempView(table.name)
        spark.catalog.clearCache()
        now = dict(spark.conf.getAll)
        for key in now.keys() - self._conf.keys():
            spark.conf.unset(key)
        for key, value in self._conf.items():
            if now.get(key) != value:
                spark.conf.set(key, value)

    def stop(self) -> None:
        self.spark.stop()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._scratch, ignore_errors=True)


def run_program(name: str, spark: Any, collection: Collection = ORACLE) -> Json:
    """Runs one program in a folder of its own; its results in the form of a recording."""
    run = _load(collection.program_path(name))
    folder = Path(tempfile.mkdtemp(prefix="oracle-")).resolve()
    try:
        context = collection.make_context(spark, folder, course_data())
        return {"program": name, "spark": SPARK_VERSION, "results": list(_results(run, context))}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(
        f"oracle_program_{path.parent.name}_{path.stem}", path
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"no program {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.run


def _results(run: Any, context: Context) -> Iterator[Json]:
    """One entry a yield. A yield whose answer raises is an entry too, so that one missing
    function does not hide what comes after it; an error between yields ends the program."""
    from pyspark.sql import DataFrame

    try:
        for label, thing in run(context.spark, context):
            try:
                encoded = context.encode(thing, isinstance(thing, DataFrame))
            except Exception as error:
                encoded = _unexpected(context, error)
            yield {"label": label, **encoded}
    except CourseDataMissing:
        raise
    except Exception as error:
        yield {"label": "(the program ended here)", **_unexpected(context, error)}


def _unexpected(context: Context, error: Exception) -> Json:
    return {**context.failure(error).encoded, "kind": "unexpected error"}


def read_recording(name: str, collection: Collection = ORACLE) -> Json:
    return json.loads(collection.recording_path(name).read_text())


def differences(expected: Json, actual: Json) -> dict[str, str]:
    """What differs, a readable text for each result by its label; empty where all is the
    same."""
    found: dict[str, str] = {}
    wanted, got = expected["results"], actual["results"]
    for index in range(max(len(wanted), len(got))):
        left = wanted[index] if index < len(wanted) else None
        right = got[index] if index < len(got) else None
        if not _same(left, right):
            label = (left or right)["label"]
            found[label] = f"{label}\n{_diff(left, right)}"
    return found


def _diff(left: Json, right: Json) -> str:
    before = pretty(left).splitlines() if left is not None else []
    after = pretty(right).splitlines() if right is not None else []
    return "\n".join(unified_diff(before, after, "Spark", "here", lineterm="", n=2))


def _same(left: Json, right: Json) -> bool:
    if left is not None and right is not None:
        if left.get("class") == ANY_CLASS and right.get("class") is not None:
            right = {**right, "class": ANY_CLASS}
        if left.get("kind") == "error":
            left, right = _without_place(left), _without_place(right)
        if left.get("close"):
            return _near(left, right)
    return canonical(left) == canonical(right)


# What Spark appends to a message of analysis: the place in the SQL text, or a bare
# semicolon before the plan that follows. Caudal does not say the place yet.
_PLACE = re.compile(r"; line \d+ pos \d+;?$|(?<=SQLSTATE: \w{5});$")


def _without_place(result: Json) -> Json:
    return {**result, "message": _PLACE.sub("", result.get("message", ""))}


def _near(left: Json, right: Json) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_near, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_near(left[key], right[key]) for key in left)
    return canonical(left) == canonical(right)
