"""The generator of the data: the same numbers in every version of Python, and numpy's."""

from __future__ import annotations

from typing import Any


class Random:
    """A linear congruential generator of 64 bits: the same numbers in every version of Python."""

    def __init__(self, seed: int):
        self._state = (seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & 0xFFFFFFFFFFFFFFFF

    def below(self, limit: int) -> int:
        """A number from 0 up to and without `limit`."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & (
            0xFFFFFFFFFFFFFFFF
        )
        return ((self._state >> 33) * limit) >> 31

    def array(self, numpy: Any, count: int, limit: int) -> Any:
        """The next `count` numbers below `limit` at once; they are not consumed."""
        step = numpy.full(count, 6364136223846793005, dtype=numpy.uint64)
        powers = numpy.multiply.accumulate(step)
        # State i is a^i * start + c * (1 + a + … + a^(i-1)), all modulo 2^64.
        ones = numpy.ones(1, dtype=numpy.uint64)
        sums = numpy.cumsum(numpy.concatenate([ones, powers[:-1]]), dtype=numpy.uint64)
        state = powers * numpy.uint64(self._state) + numpy.uint64(1442695040888963407) * sums
        high = state >> numpy.uint64(33)
        return ((high * numpy.uint64(limit)) >> numpy.uint64(31)).astype(numpy.int64)
