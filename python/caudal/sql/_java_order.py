"""The order in which Spark sees the entries of a Python dictionary.

A dictionary passed to ``agg`` reaches Spark as a Java ``HashMap`` and then as a Scala map,
and the order of the output columns follows from their hashes. Programs see that order, so
it is reproduced.
"""

from __future__ import annotations

from typing import Any


def _java_hash(text: str) -> int:
    """``String.hashCode``: over UTF-16 code units, 32 bits."""
    units = text.encode("utf-16-be", "surrogatepass")
    value = 0
    for i in range(0, len(units), 2):
        value = (value * 31 + int.from_bytes(units[i : i + 2], "big")) & 0xFFFFFFFF
    return value


def _spread(value: int) -> int:
    """How Java's ``HashMap`` mixes a hash."""
    return value ^ (value >> 16)


def _mixed(value: int) -> int:
    """How Scala's immutable ``HashMap`` mixes a hash."""
    value = (value + (~(value << 9) & 0xFFFFFFFF)) & 0xFFFFFFFF
    value ^= value >> 14
    value = (value + (value << 4)) & 0xFFFFFFFF
    return value ^ (value >> 10)


def map_order(entries: dict[str, Any]) -> list[tuple[str, Any]]:
    """The entries in Spark's order.

    Examples
    --------
    >>> map_order({"c": 1, "b": 2})
    [('b', 2), ('c', 1)]
    """
    capacity = 16
    while len(entries) > capacity * 0.75:
        capacity *= 2
    # Python's sort is stable: entries of one bucket stay in the order in which they came.
    java = sorted(entries.items(), key=lambda e: _spread(_java_hash(str(e[0]))) & (capacity - 1))
    # Scala keeps up to four entries in a list of their own, more in a trie of hash bits.
    return java if len(java) <= 4 else _trie(java, 0)


def _trie(entries: list[tuple[str, Any]], shift: int) -> list[tuple[str, Any]]:
    if len(entries) <= 1 or shift > 30:
        return entries
    slots: dict[int, list[tuple[str, Any]]] = {}
    for entry in entries:
        slot = (_mixed(_java_hash(str(entry[0]))) >> shift) & 31
        slots.setdefault(slot, []).append(entry)
    single = [found[0] for _, found in sorted(slots.items()) if len(found) == 1]
    deeper = [found for _, found in sorted(slots.items()) if len(found) > 1]
    return single + [entry for found in deeper for entry in _trie(found, shift + 5)]
