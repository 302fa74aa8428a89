"""What else differs in Python 2, besides prints: by ``fissix``, the kept fork of lib2to3.

It is an optional companion (``pip install 'caudal[convert]'``): Python 3.13 has no lib2to3 any
more. Without it only print statements are converted, and cells that need more are named.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from typing import Any

__all__ = ["has_fixers", "modernised", "whole_divisions"]

# Fixers of lib2to3 and what each changes. Left out: those that change what runs as it is.
_FIXERS = {
    "apply": "apply()",
    "basestring": "basestring",
    "dict": "keys, items and values of dictionaries as lists",
    "except": "except E, name",
    "exec": "exec statements",
    "execfile": "execfile()",
    "filter": "filter() as a list",
    "funcattrs": "func_ attributes",
    "getcwdu": "os.getcwdu",
    "has_key": "has_key()",
    "imports": "renamed modules",
    "input": "input() that evaluates",
    "intern": "intern()",
    "itertools": "imap, izip, ifilter",
    "itertools_imports": "imap, izip, ifilter",
    "long": "long",
    "map": "map() as a list",
    "metaclass": "__metaclass__",
    "methodattrs": "im_ attributes",
    "ne": "<>",
    "next": "next() methods",
    "nonzero": "__nonzero__",
    "numliterals": "numbers such as 0777 and 10L",
    "raise": "raise E, value",
    "raw_input": "raw_input()",
    "reduce": "reduce()",
    "repr": "backquotes",
    "standarderror": "StandardError",
    "sys_exc": "sys.exc_type",
    "throw": "throw() of generators",
    "tuple_params": "parameters that unpack tuples",
    "types": "names of the types module",
    "unicode": "unicode texts",
    "urllib": "urllib and urllib2",
    "xrange": "xrange()",
    "zip": "zip() as a list",
}


def has_fixers() -> bool:
    """Whether ``fissix`` is installed."""
    try:
        import fissix  # noqa: F401
    except ImportError:
        return False
    return True


@cache
def _tool(names: tuple[str, ...]) -> Any:
    from fissix.refactor import RefactoringTool

    # Prints are calls by now.
    return RefactoringTool([f"fissix.fixes.fix_{n}" for n in names], {"print_function": True})


def _refactored(source: str, names: Iterable[str]) -> str:
    tree = _tool(tuple(names)).refactor_string(source.rstrip("\n") + "\n", "<cell>")
    return str(tree).rstrip("\n")


def modernised(source: str) -> tuple[str, list[str]]:
    """Python 2 text, its prints calls already, as Python 3, and what was changed.

    Text that the fixers cannot read either comes back as it is.
    """
    from fissix.pgen2.parse import ParseError
    from fissix.pgen2.tokenize import TokenError

    try:
        changed = _refactored(source, _FIXERS)
        if changed == source.rstrip("\n"):
            return source, []
        used = [name for name in _FIXERS if _refactored(source, [name]) != source.rstrip("\n")]
    except (ParseError, TokenError, IndentationError):
        return source, []
    return changed, list(dict.fromkeys(_FIXERS[name] for name in used))


def whole_divisions(tree: ast.AST) -> list[int]:
    """Lines with a ``/`` that may have been a division of whole numbers.

    Examples
    --------
    >>> whole_divisions(ast.parse("a / b\\na / 2.0\\nfloat(a) / b"))
    [1]
    """
    lines = {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and not _is_float(node.left)
        and not _is_float(node.right)
    }
    return sorted(lines)


def _is_float(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"
