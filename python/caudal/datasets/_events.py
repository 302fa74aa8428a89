"""Events of doors that open and close, in files of JSON lines.

The shape is that of a well-known streaming lesson: 53 hours from 2016-07-26 02:45 UTC, about
1,000 of each action an hour; openings run ahead in the first hours and closings catch up at
the end. The numbers come from a generator of our own, the same on every machine.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from heapq import merge
from itertools import accumulate, islice
from os import PathLike
from pathlib import Path
from typing import Any

from caudal.datasets._random import Random

_START = 1469501100  # 2016-07-26 02:45:00 UTC
_END = 1469689200  # 2016-07-28 07:00:00 UTC
_LAG = 2 * 3600  # How long a door stays open, at most.
_BUFFER = 1 << 16
_WORTH_AN_ARRAY = 200_000


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
    lines = _lines(files * rows_per_file, seed)
    written = []
    for number in range(files):
        target = folder / f"file-{number}.json"
        with target.open("w", encoding="ascii", newline="\n", buffering=_BUFFER) as out:
            out.writelines(islice(lines, rows_per_file))
        written.append(target)
    return written


class _Stream:
    """The ordered times of one action: event `i` of `count` falls at its share of the weight
    of all minutes, moved a little by chance, so that nothing has to be sorted."""

    def __init__(self, count: int, random: Random, weights: list[int]):
        self.count = count
        self.random = random
        self.weights = weights
        self.sums = list(accumulate(weights))

    def times(self) -> Iterator[int]:
        """The times, one by one."""
        whole = self.sums[-1]
        for i in range(self.count):
            place = (i * whole + self.random.below(whole)) // self.count
            minute = bisect_right(self.sums, place)
            into = place - (self.sums[minute] - self.weights[minute])
            yield _START + minute * 60 + into * 60 // self.weights[minute]

    def array(self, numpy: Any) -> Any:
        """The same times as an array: ten million in a second."""
        whole = self.sums[-1]
        chance = self.random.array(numpy, self.count, whole)
        places = (numpy.arange(self.count, dtype=numpy.int64) * whole + chance) // self.count
        sums = numpy.array(self.sums, dtype=numpy.int64)
        weights = numpy.array(self.weights, dtype=numpy.int64)
        minutes = numpy.searchsorted(sums, places, side="right")
        into = places - (sums - weights)[minutes]
        return _START + minutes * 60 + into * 60 // weights[minutes]


def _lines(total: int, seed: int) -> Iterator[str]:
    """`total` lines in the order of time, openings first where times are equal."""
    noise = Random(seed)
    opens = _Stream((total + 1) // 2, Random(2 * seed + 1), _opening_weights(noise))
    closes = _Stream(total // 2, Random(2 * seed + 2), _closing_weights(noise))
    numpy = _numpy() if total >= _WORTH_AN_ARRAY else None
    if numpy is None:
        merged: Iterator[tuple[int, int]] = merge(
            ((time, 0) for time in opens.times()), ((time, 1) for time in closes.times())
        )
        return (_line(time, action) for time, action in merged)
    times = numpy.concatenate([opens.array(numpy), closes.array(numpy)])
    return _formatted(times, numpy.argsort(times, kind="stable"), opens.count)


def _formatted(times: Any, order: Any, opens: int) -> Iterator[str]:
    """Lines of arrays, a part at a time: a list of ten million numbers would be large."""
    for start in range(0, len(order), _WORTH_AN_ARRAY):
        part = order[start : start + _WORTH_AN_ARRAY]
        yield from map(_line, times[part].tolist(), (part >= opens).tolist())


_TAILS = (',"action":"Open"}\n', ',"action":"Close"}\n')


def _line(time: int, action: int) -> str:
    return f'{{"time":{time}{_TAILS[action]}'


def _numpy() -> Any:
    """NumPy where it is installed: the events are the same without it, only slower."""
    try:
        import numpy
    except ImportError:
        return None
    return numpy


_MINUTES = (_END - _START) // 60
_RAMP = _LAG // 60


def _hourly(noise: Random) -> list[int]:
    """How busy each minute is: an hour is up to a twentieth more or less so than another."""
    hours = [950 + noise.below(100) for _ in range(_MINUTES // 60 + 1)]
    return [hours[minute // 60] for minute in range(_MINUTES)]


def _opening_weights(noise: Random) -> list[int]:
    """Openings: from the first minute, and none near the end."""
    return [w if m < _MINUTES - _RAMP else 0 for m, w in enumerate(_hourly(noise))]


def _closing_weights(noise: Random) -> list[int]:
    """Closings: rising at the start, falling at the end."""
    return [w * min(m + 1, _RAMP, _MINUTES - m) // _RAMP for m, w in enumerate(_hourly(noise))]
