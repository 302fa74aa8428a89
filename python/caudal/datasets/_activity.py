"""Readings of the sensors of phones that people carry while they sit, walk, climb stairs ….

The shape is that of a well-known set of activity data; every number comes from a generator of
our own, the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from caudal.datasets._random import Random

_START = 1424686735000  # 2015-02-23 10:18:55 UTC, in milliseconds.
_ACTIVITIES = ["stand", "sit", "walk", "bike", "stairsup", "stairsdown", "null"]
_USERS = "abcdefghi"
_DEVICES = 2  # Of each user's model.
_STRETCH = 40  # Readings until somebody does something else.
_FIXED = 10**10  # The sensor's numbers have ten places.
# How far a phone turns, in ten-thousandths, by what its owner does.
_SWAY = [300, 150, 9_000, 7_000, 12_000, 14_000, 4_000]


def activity(
    path: str | PathLike[str],
    files: int = 20,
    rows_per_file: int = 1000,
    seed: int = 0,
) -> list[Path]:
    """Writes the readings, in the order of their arrival, to ``part-00000.json``, ….

    Each line has ``Arrival_Time`` (milliseconds since the epoch), ``Creation_Time``
    (nanoseconds, of the phone's own clock), ``Device``, ``Index``, ``Model``, ``User``,
    ``gt`` (what the user did; the text ``null`` where nobody knows), ``x``, ``y``, ``z``.

    Parameters
    ----------
    path
        The folder; it is made where it is missing.
    files
        Number of files.
    rows_per_file
        Lines in each.
    seed
        Another number gives other readings; the same number the same ones.

    Returns
    -------
    list[Path]
        The files, in the order of their readings.

    Raises
    ------
    ValueError
        For a count that is not positive.

    Examples
    --------
    >>> import tempfile
    >>> from caudal import datasets
    >>> written = datasets.activity(tempfile.mkdtemp(), files=2, rows_per_file=3)
    >>> [file.name for file in written]
    ['part-00000.json', 'part-00001.json']
    """
    if files < 1 or rows_per_file < 1:
        raise ValueError("files and rows_per_file must be positive")
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    lines = _lines(Random(seed))
    written = []
    for number in range(files):
        target = folder / f"part-{number:05}.json"
        with target.open("w", encoding="ascii", newline="\n") as out:
            out.writelines(next(lines) for _ in range(rows_per_file))
        written.append(target)
    return written


def _lines(random: Random) -> Iterator[str]:
    """The lines, without end."""
    arrival, index = _START, 0
    doing = [random.below(len(_ACTIVITIES)) for _ in _USERS]
    while True:
        user = random.below(len(_USERS))
        if random.below(_STRETCH) == 0:
            doing[user] = random.below(len(_ACTIVITIES))
        gt = doing[user]
        arrival += random.below(5)
        created = arrival * 1_000_000 - 5_000_000 - random.below(9_000_000)
        model = "nexus4" if user % 3 else "s3"
        device = f"{model}_{1 + random.below(_DEVICES)}"
        x, y, z = (_axis(random, _SWAY[gt]) for _ in range(3))
        yield (
            f'{{"Arrival_Time":{arrival},"Creation_Time":{created},"Device":"{device}",'
            f'"Index":{index},"Model":"{model}","User":"{_USERS[user]}",'
            f'"gt":"{_ACTIVITIES[gt]}","x":{x},"y":{y},"z":{z}}}\n'
        )
        index += 1


def _axis(random: Random, sway: int) -> str:
    """A number with ten places, around zero."""
    limit = sway * (_FIXED // 10_000)
    number = random.below(2 * limit + 1) - limit
    sign = "-" if number < 0 else ""
    return f"{sign}{abs(number) // _FIXED}.{abs(number) % _FIXED:010}"
