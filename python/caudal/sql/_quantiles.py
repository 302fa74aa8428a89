"""Approximate quantiles and frequent values, as Spark's own algorithms give them.

Quantiles are Greenwald and Khanna's summary (space-efficient online computation, 2001) with
Spark's way of filling and compressing it, so that the same rows in the same order give the
same answer. Frequent values are those that Misra and Gries' counters keep.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

# Values that are sorted and merged together.
_HEAD = 50_000
# A summary longer than this is compressed.
_COMPRESSED = 10_000

# A value, how many ranks it stands for, and how uncertain its rank is.
_Sample = tuple[float, int, int]


class QuantileSummary:
    """A summary of values from which quantiles can be read.

    Parameters
    ----------
    error
        How far a rank may be off, as a share of all values. Spark counts in whole parts: 0.4
        is a third.
    """

    def __init__(self, error: float):
        self._error = 1 / math.ceil(1 / error) if error > 0 else 0.0
        self._samples: list[_Sample] = []
        self._count = 0

    def extend(self, values: Iterable[float]) -> None:
        """Adds values, in their order."""
        head: list[float] = []
        for value in values:
            head.append(value)
            if len(head) >= _HEAD:
                self._merge(head)
                head = []
                if len(self._samples) >= _COMPRESSED:
                    self._compress()
        self._merge(head)
        self._compress()

    def _merge(self, head: list[float]) -> None:
        head.sort()
        merged: list[_Sample] = []
        old = 0
        for position, value in enumerate(head):
            while old < len(self._samples) and self._samples[old][0] <= value:
                merged.append(self._samples[old])
                old += 1
            self._count += 1
            is_last = old == len(self._samples) and position == len(head) - 1
            unsure = not (not merged or is_last)
            delta = math.floor(2 * self._error * self._count) if unsure else 0
            merged.append((value, 1, delta))
        merged += self._samples[old:]
        self._samples = merged

    def _compress(self) -> None:
        samples = self._samples
        if not samples:
            return
        limit = 2 * self._error * self._count
        kept: list[_Sample] = []
        value, ranks, delta = samples[-1]
        for sample in samples[-2:0:-1]:
            if sample[1] + ranks + delta < limit:
                ranks += sample[1]
            else:
                kept.append((value, ranks, delta))
                value, ranks, delta = sample
        kept.append((value, ranks, delta))
        if len(samples) > 1 and samples[0][0] <= value:
            kept.append(samples[0])
        self._samples = kept[::-1]

    def quantiles(self, shares: Iterable[float]) -> list[float]:
        """The values at the shares of all values; none without a value."""
        samples = self._samples
        if not samples:
            return []
        wanted = list(shares)
        found = [0.0] * len(wanted)
        off = max(ranks + delta for _, ranks, delta in samples) / 2
        index, rank = 0, samples[0][1]
        for place in sorted(range(len(wanted)), key=lambda i: wanted[i]):
            share = wanted[place]
            if share <= self._error or len(samples) == 1:
                found[place] = samples[0][0]
            elif share >= 1 - self._error:
                found[place] = samples[-1][0]
            else:
                index, rank = self._find(index, rank, off, math.ceil(share * self._count))
                found[place] = samples[index][0]
        return found

    def _find(self, index: int, rank: int, off: float, wanted: int) -> tuple[int, int]:
        samples = self._samples
        while index < len(samples) - 1:
            if rank + samples[index][2] - off <= wanted <= rank + off:
                return index, rank
            index += 1
            rank += samples[index][1]
        return len(samples) - 1, 0


def frequent(values: Iterable[Any], support: float) -> list[Any]:
    """Values that may be more than `support` of all: none of these is left out."""
    size = int(1 / support)
    counts: dict[Any, int] = {}
    for value in values:
        if value in counts:
            counts[value] += 1
        elif len(counts) < size:
            counts[value] = 1
        else:
            least = min(counts.values(), default=0)
            if least <= 1:
                counts[value] = 1
                counts = {k: n - least for k, n in counts.items() if n > least}
            else:
                counts = {k: n - 1 for k, n in counts.items()}
    return list(counts)
