"""The bar of long actions: when it is there, what it says, and that it goes."""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from caudal import _native
from caudal.sql import _progress
from caudal.sql import functions as F
from caudal.sql.functions import udf

from .kernels import Kernel

SETTING = "spark.ui.showConsoleProgress"


class Drawn:
    """A bar that remembers what was drawn, and lets an action wait for it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.is_clear = False
        self.moved = threading.Event()

    def draw(self, text: str) -> None:
        self.texts.append(text)
        if len(self.texts) > 1:
            self.moved.set()

    def clear(self) -> None:
        self.is_clear = True


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> Iterator[Drawn]:
    drawn = Drawn()
    monkeypatch.setattr(_progress, "_AFTER", 0.0)
    monkeypatch.setattr(_progress, "_EVERY", 0.001)
    _progress.bars_by(lambda: drawn)
    yield drawn
    _progress.bars_by(None)


def until(spark: Any, bar: Drawn, frame: Any, says: str) -> Any:
    """The frame through a function that ends once the bar has said something."""

    def waits(_):  # type: ignore[no-untyped-def]
        end = time.monotonic() + 30
        while not any(re.search(says, text) for text in list(bar.texts)):
            if time.monotonic() > end:
                return False
            time.sleep(0.002)
        return True

    return frame.select(udf(waits, "boolean")(frame.columns[0]).alias("a"))


def test_a_long_action_says_what_it_has_read(spark: Any, bar: Drawn, tmp_path: Any) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text("0\n1\n")
    frame = spark.read.schema("a int").csv(str(tmp_path))
    said = r"^collect \[=+>? *\] 100 %, 2 files, 8 B, 4 rows, \d+\.\d s$"
    assert until(spark, bar, frame, said).collect()[0].a is True
    assert bar.is_clear


class Looked(NamedTuple):
    """Counters as they are at a moment."""

    phase: str = "reading"
    files: tuple[int, int] = (0, 0)
    bytes: tuple[int, int] = (0, 0)
    rows: tuple[int, int] = (0, 0)


@pytest.mark.parametrize(
    ("looked", "said"),
    [
        (Looked("planning"), "[====                ] planning"),
        (
            Looked(files=(3, 8), bytes=(380_000_000, 1_000_000_000), rows=(21_000_000, 0)),
            "[=======>            ] 38 %, 3 of 8 files, 380 MB of 1.0 GB, 21,000,000 rows",
        ),
        (
            Looked(files=(0, 1), bytes=(0, 72), rows=(0, 0)),
            "[>                   ] 0 %, 0 of 1 file, 0 B of 72 B, 0 rows",
        ),
        (
            Looked(files=(1, 1), bytes=(72, 72), rows=(1, 0)),
            "[====================] 100 %, 1 file, 72 B, 1 row",
        ),
        (Looked(rows=(500, 1000)), "[==========>         ] 50 %, 500 rows"),
        # More than was known of: nothing is more than whole.
        (Looked(rows=(1500, 1000)), "[====================] 100 %, 1,500 rows"),
        (Looked(rows=(7, 0)), "[====                ] 7 rows"),
        (
            Looked("finishing", (2, 2), (10, 10), (5, 0)),
            "[====                ] 2 files, 10 B, 5 rows read, computing",
        ),
    ],
)
def test_what_a_bar_says(looked: Looked, said: str) -> None:
    assert _progress._said(looked, 0) == said  # type: ignore[arg-type]


def test_rows_that_are_in_no_files_are_counted(spark: Any) -> None:
    progress = _native.Progress()
    progress.begin()
    try:
        frame = spark.range(0, 1000, 1, 1)
        assert frame.union(frame).count() == 2000
    finally:
        progress.end()
    assert (progress.rows, progress.files) == ((2000, 2000), (0, 0))
    assert spark.range(5).count() == 5
    assert progress.rows == (2000, 2000)


def test_what_is_left_after_reading_is_said(spark: Any, bar: Drawn) -> None:
    groups = spark.range(3).groupBy("id").count()
    frame = until(spark, bar, groups, r"\] 3 rows read, computing, ")
    assert [row.a for row in frame.collect()] == [True] * 3


def test_a_bar_without_an_end_goes_to_and_fro() -> None:
    bars = [_progress._moving(turn) for turn in range(34)]
    assert (bars[0], bars[1]) == ("[====                ]", "[ ====               ]")
    assert (bars[16], bars[17]) == ("[                ====]", "[               ==== ]")
    assert bars[32] == bars[0]


@pytest.mark.parametrize("kind", ["json", "csv", "text", "parquet", "orc", "avro", "json.gz"])
def test_all_of_a_format_is_counted(spark: Any, tmp_path: Any, kind: str) -> None:
    form, _, packed = kind.partition(".")
    writer = spark.range(1000).select(F.col("id").cast("string").alias("a")).write
    if packed:
        writer = writer.option("compression", "gzip")
    writer.format(form).save(str(tmp_path / "out"))
    progress = _native.Progress()
    progress.begin()
    try:
        frame = spark.read.schema("a string").format(form).load(str(tmp_path / "out"))
        assert len(frame.collect()) == 1000
    finally:
        progress.end()
    size = sum(file.stat().st_size for file in (tmp_path / "out").glob("part-*"))
    files = len(list((tmp_path / "out").glob("part-*")))
    assert (progress.files, progress.bytes) == ((files, files), (size, size))
    assert (progress.rows, progress.phase) == ((1000, 0), "finishing")


def test_an_action_that_fails_clears_its_bar(spark: Any, bar: Drawn) -> None:
    def fails(_):  # type: ignore[no-untyped-def]
        bar.moved.wait(30)
        raise ValueError("no")

    with pytest.raises(Exception, match="no"):
        spark.range(1).select(udf(fails, "boolean")("id")).collect()
    assert bar.is_clear


def test_the_setting_puts_it_off(spark: Any, bar: Drawn) -> None:
    spark.conf.set(SETTING, "false")
    try:
        with _progress.watched(spark, "count"):
            pass
        assert not bar.is_clear
    finally:
        spark.conf.unset(SETTING)
    with _progress.watched(spark, "count"):
        bar.moved.wait(30)
    assert bar.is_clear


def test_there_is_none_where_there_is_no_terminal(
    spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(_progress, "_AFTER", 0.0)
    plain, terminal = io.StringIO(), Terminal()
    for stderr in (plain, terminal):
        monkeypatch.setattr("sys.stderr", stderr)
        assert (_progress._maker(spark) is not None) is stderr.isatty()
    bar = _progress._Terminal()
    bar.draw("count")
    bar.clear()
    assert terminal.getvalue() == "\rcount\x1b[K\r\x1b[K"
    assert plain.getvalue() == ""


def test_other_threads_have_none(spark: Any, bar: Drawn) -> None:
    thread = threading.Thread(target=spark.range(1).count)
    thread.start()
    thread.join()
    assert not bar.texts


def test_sizes_are_readable() -> None:
    sizes = [_progress._readable(size) for size in (0, 999, 1500, 2.5e6, 3.25e9)]
    assert sizes == ["0 B", "999 B", "2 kB", "2 MB", "3.2 GB"]


def test_in_a_notebook_it_is_one_output_that_ends_empty(kernel: Kernel) -> None:
    kernel.run(
        "from caudal.sql import _progress\n_progress._AFTER = _progress._EVERY = 0.001\n"
        "import threading\nfrom pyspark.sql.functions import udf\nseen = threading.Event()\n"
        "draw = _progress._made_by.draw\n"
        "def drawn(bar, text):\n    draw(bar, text)\n    seen.set()\n"
        "_progress._made_by.draw = drawn"
    )
    shown = kernel.run(
        "spark.range(1).where(udf(lambda _: seen.wait(30), 'boolean')('id')).count()"
    )
    kernel.run("_progress._made_by.draw = draw\n_progress._AFTER = 1.0\n_progress._EVERY = 0.2")
    assert shown.error is None
    texts = [data["text/plain"] for data in shown.rich]
    assert "count [" in texts[0]
    assert texts[-1] == ""
