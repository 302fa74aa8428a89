"""The bar of long actions: when it is there, what it says, and that it goes."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from caudal.sql import _progress
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


def until_moved(spark: Any, bar: Drawn, frame: Any) -> Any:
    """The frame through a function that ends once the bar has moved."""
    return frame.select(udf(lambda _: bar.moved.wait(30), "boolean")(frame.columns[0]).alias("a"))


def test_a_long_action_has_a_bar_that_moves_and_goes(spark: Any, bar: Drawn, tmp_path: Any) -> None:
    (tmp_path / "one.csv").write_text("0\n")
    frame = spark.read.schema("a int").csv(str(tmp_path / "one.csv"))
    assert until_moved(spark, bar, frame).collect()[0].a is True
    assert bar.texts[0].startswith("collect [====")
    assert bar.texts[0].endswith(" s, reads 1 file (2 B)")
    assert bar.texts[1].startswith("collect [ ====")
    assert bar.is_clear


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
        with _progress.watched(spark, "count", list):
            pass
        assert not bar.is_clear
    finally:
        spark.conf.unset(SETTING)
    with _progress.watched(spark, "count", list):
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
