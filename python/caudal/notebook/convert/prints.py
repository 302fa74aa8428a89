"""Print statements of Python 2 as calls.

A small reader of its own, since neither Python 3's tokeniser nor its parser reads Python 2: it
knows strings, comments, brackets and where statements end, and leaves everything else alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["converted"]

_TOKEN = re.compile(
    r"""
    (?P<string>(?i:\b[urb]{1,2}|)(?:'''(?:\\.|[^\\])*?'''|\"""(?:\\.|[^\\])*?\"""
        |'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"))
  | (?P<comment>\#[^\n]*)
  | (?P<joined>\\\n)
  | (?P<end>[\n;])
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<colon>:)
  | (?P<word>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)
# What may have a statement after its colon, on the same line.
_COMPOUND = frozenset("if elif else for while try except finally with class def".split())


def converted(source: str, keeps_calls: bool = False) -> tuple[str, int]:
    """The text with its print statements as calls, and how many they were.

    Parameters
    ----------
    source
        Python 2, or a mixture.
    keeps_calls
        ``print(a, b)`` is a call already. In Python 2 it showed a tuple, which the call then
        shows without this.

    Examples
    --------
    >>> converted('print "a", b')
    ('print("a", b)', 1)
    >>> converted('if a: print >>f, "%d" % n,')
    ('if a: print("%d" % n, end=" ", file=f)', 1)
    >>> converted("print('a')")
    ("print('a')", 0)
    """
    out, last, number = [], 0, 0
    for begin, end in _statements(source):
        call = _call(source[begin:end], keeps_calls)
        if call is not None:
            out += [source[last:begin], call]
            last = end
            number += 1
    return "".join([*out, source[last:]]), number


def _statements(source: str) -> Iterator[tuple[int, int]]:
    """Where the simple statements begin and end, those after a colon on its line included."""
    begin, depth, code_end = 0, 0, 0
    first_word = ""
    for token in _TOKEN.finditer(source):
        kind = token.lastgroup
        if not first_word and depth == 0 and kind not in ("comment", "joined", "end"):
            begin = token.start()
            first_word = token[0] if kind == "word" else "-"
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif depth == 0 and (kind == "end" or (kind == "colon" and first_word in _COMPOUND)):
            if first_word:
                yield begin, code_end
            first_word = ""
        if kind not in ("comment", "end"):
            code_end = token.end()
        if kind != "end":
            code_end = _to_next(source, token.end(), code_end, kind == "comment")
    if first_word:
        yield begin, code_end


def _to_next(source: str, at: int, code_end: int, is_comment: bool) -> int:
    """The end of what stands between two tokens (operators, numbers), without its space."""
    following = _TOKEN.search(source, at)
    between = source[at : following.start() if following else len(source)]
    if is_comment or not between.strip():
        return code_end
    return at + len(between.rstrip())


def _call(statement: str, keeps_calls: bool) -> str | None:
    """A print statement as a call; None for any other statement, and for what is a call."""
    found = re.match(r"print(?![\w.=]|\s*=[^=])\s*", statement)
    if found is None:
        return None
    rest = statement[found.end() :]
    if not rest:
        return "print()"
    parts = _parts(rest)
    if len(parts) == 1 and _is_in_parentheses(parts[0]):
        inside = _parts(parts[0][1:-1])
        is_call = keeps_calls or any(re.match(r"\w+\s*=[^=]|\*", part) for part in inside)
        # `print (a, b)` showed a tuple.
        return f"print({parts[0]})" if len(inside) > 1 and not is_call else None
    options = ""
    if parts[0].startswith(">>"):
        options = f", file={parts[0][2:].strip()}"
        parts = parts[1:]
    if parts and not parts[-1]:
        parts.pop()
        options = ', end=" "' + options
    text = f"{', '.join(parts)}{options}"
    return f"print({text.removeprefix(', ')})"


def _parts(text: str) -> list[str]:
    """What the commas outside of brackets and strings part."""
    parts, begin, depth = [], 0, 0
    for token in re.finditer(rf"{_TOKEN.pattern}|(?P<comma>,)", text, re.VERBOSE | re.DOTALL):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif token["comma"] and depth == 0:
            parts.append(re.sub(r"\s*\\\n\s*$", "", text[begin : token.start()]).strip())
            begin = token.end()
    return [*parts, text[begin:].strip()]


def _is_in_parentheses(text: str) -> bool:
    """Whether one pair of parentheses holds the whole text."""
    if not text.startswith("("):
        return False
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += (token["open"] is not None) - (token["close"] is not None)
        if depth == 0:
            return token.end() == len(text)
    return False
