"""Rows that a query gave beside those that a test expects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from caudal.testing._frames import Close

_CLOSE = Close(rtol=1e-5, atol=1e-8)


def compared(
    given: list[Any], expected: list[Any], columns: list[str], ordered: bool
) -> str | None:
    """What differs, as text; None for nothing.

    Parameters
    ----------
    given
        Rows of the query.
    expected
        Rows as a test writes them.
    columns
        The query's columns.
    ordered
        Their order counts.
    """
    actual = [tuple(row) for row in given]
    wanted = [_shaped(row, columns) for row in expected]
    pairs = _in_order(actual, wanted) if ordered else _as_bags(actual, wanted)
    if all(a is not None and b is not None for a, b in pairs):
        return None
    lines = [
        f"the rows differ ({len(actual)} given, {len(wanted)} expected; "
        "'+' was given and not expected, '-' was expected and not given):"
    ]
    lines.append(f"    ({', '.join(columns)})")
    for a, b in pairs:
        if a is not None and b is not None:
            lines.append(f"    {a!r}")
        if a is None:
            lines.append(f"  - {b!r}")
        if b is None:
            lines.append(f"  + {a!r}")
    return "\n".join(lines)


Pairs = list[tuple[Any, Any]]


def _as_bags(actual: list[Any], wanted: list[Any]) -> Pairs:
    """Each given row beside the first expected one that equals it; the others alone."""
    left = list(wanted)
    pairs: Pairs = []
    for row in actual:
        at = next((i for i, other in enumerate(left) if _same(row, other)), None)
        pairs.append((row, None if at is None else left.pop(at)))
    pairs += [(None, row) for row in left]
    return sorted(pairs, key=lambda pair: repr(pair[1] if pair[0] is None else pair[0]))


def _in_order(actual: list[Any], wanted: list[Any]) -> Pairs:
    pairs: Pairs = []
    for at in range(max(len(actual), len(wanted))):
        a = actual[at] if at < len(actual) else None
        b = wanted[at] if at < len(wanted) else None
        if a is not None and b is not None and not _same(a, b):
            pairs += [(a, None), (None, b)]
        else:
            pairs.append((a, b))
    return pairs


def _shaped(row: Any, columns: list[str]) -> tuple[Any, ...]:
    if isinstance(row, dict) and row.keys() == set(columns):
        return tuple(row[name] for name in columns)
    if isinstance(row, tuple) or (isinstance(row, list) and len(columns) > 1):
        return tuple(row)
    return (row,)


def _same(a: Any, b: Any) -> bool:
    """Equal, where `b` may say a moment as text and a struct as a tuple."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, list) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, (date, datetime)) and isinstance(b, str):
        try:
            return type(a).fromisoformat(b) == a
        except ValueError:
            return False
    if isinstance(a, float) and isinstance(b, int) and not isinstance(b, bool):
        b = float(b)
    if isinstance(a, float) and isinstance(b, float) and (a != a or b != b):
        return a != a and b != b
    return _CLOSE.equal(a, b)
