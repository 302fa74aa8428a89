"""Events of doors that open and close, in files of JSON lines.

The shape is that of a well-known streaming lesson: 53 hours from 2016-07-26 02:45 UTC, about
1,000 of each action an hour; openings run ahead in the first hours and closings catch up at
the end. The numbers come from a generator of our own, the same on every machine.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from os import PathLike
from pathlib import Path

_START = 1469501100  # 2016-07-26 02:45:00 UTC
_END = 1469689200  # 2016-07-28 07:00:00 UTC
_LAG = 2 * 3600  # How long a door stays open, at most.
_BUFFER = 1 << 16


class _Random:
    """A linear congruential generator of 64 bits: the same numbers in every version of Python."""

    def __init__(self, seed: int):
        self._state = (seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & 0xFFFFFFFFFFFFFFFF

    def below(self, limit: int) -> int:
        """A number from 0 up to and without `limit`."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & (
            0xFFFFFFFFFFFFFFFF
        )
        return ((self._state >> 33) * limit) >> 31


def events(
    path: str | PathLike[str],
    files: int = 50,
    rows_per_file: int = 2000,
    seed: int = 0,
) -> list[Path]:
    """Writes the events, sorted by time, to ``file-0.json``, ``file-1.json``, ….

    Parameters
    ----------
    path
        The folder; it is made where it is missing.
    files
        Number of files.
    rows_per_file
        Lines in each: ``{"time": epoch seconds, "action": "Open" or "Close"}``.
    seed
        Another number gives other events; the same number the same ones.

    Returns
    -------
    list[Path]
        The files, in the order of their events.

    Raises
    ------
    ValueError
        For a count that is not positive.

    Examples
    --------
    >>> import tempfile
    >>> from caudal import datasets
    >>> written = datasets.events(tempfile.mkdtemp(), files=2, rows_per_file=3)
    >>> [file.name for file in written]
    ['file-0.json', 'file-1.json']
    """
    if files < 1 or rows_per_file < 1:
        raise ValueError("files and rows_per_file must be positive")
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    lines = _lines(files * rows_per_file, _Random(seed))
    written = []
    for number in range(files):
        target = folder / f"file-{number}.json"
        with target.open("w", encoding="ascii", newline="\n", buffering=_BUFFER) as out:
            out.writelines(next(lines) for _ in range(rows_per_file))
        written.append(target)
    return written


def _lines(total: int, random: _Random) -> Iterator[str]:
    """`total` lines in the order of time.

    Openings and closings are two streams of ordered times, merged: no list of all events is
    kept and nothing is sorted, so that ten million rows need little memory.
    """
    opens = _times((total + 1) // 2, random, _opening_weights())
    closes = _times(total // 2, random, _closing_weights())
    opening, closing = next(opens, None), next(closes, None)
    while opening is not None or closing is not None:
        if closing is None or (opening is not None and opening <= closing):
            yield f'{{"time":{opening},"action":"Open"}}\n'
            opening = next(opens, None)
        else:
            yield f'{{"time":{closing},"action":"Close"}}\n'
            closing = next(closes, None)


def _minutes() -> int:
    return (_END - _START) // 60


def _opening_weights() -> list[int]:
    """How likely each minute is for an opening: even, and none near the end."""
    last = _minutes() - _LAG // 60
    return [1000 if minute < last else 0 for minute in range(_minutes())]


def _closing_weights() -> list[int]:
    """How likely each minute is for a closing: rising at the start, falling at the end."""
    ramp = _LAG // 60
    return [
        1000 * min(minute, ramp) // ramp
        if minute < _minutes() - ramp
        else 1000 * (_minutes() - minute) // ramp
        for minute in range(_minutes())
    ]


def _times(count: int, random: _Random, weights: list[int]) -> Iterator[int]:
    """`count` ordered moments: event `i` falls at its share of the weight, moved a little."""
    sums = list(accumulate(weights))
    whole = sums[-1]
    for i in range(count):
        # One random place inside the i-th of `count` equal shares keeps the order.
        place = (i * whole + random.below(whole)) // count
        minute = bisect_right(sums, place)
        before = sums[minute - 1] if minute else 0
        second = (place - before) * 60 // weights[minute]
        yield _START + minute * 60 + second
