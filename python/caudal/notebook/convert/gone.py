"""What Python 2 or an old Spark had, and Python 3 or Spark today has not: it parses, and fails only
when it runs. Knows nothing of magics and cells."""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["gone"]

# Attributes of modules, and what is there instead.
_OF_MODULES = {
    ("string", "letters"): "string.ascii_letters",
    ("string", "lowercase"): "string.ascii_lowercase",
    ("string", "uppercase"): "string.ascii_uppercase",
    ("string", "maketrans"): "str.maketrans",
    ("string", "join"): "the text's own join",
    ("string", "split"): "the text's own split",
    ("string", "replace"): "the text's own replace",
    ("sys", "maxint"): "sys.maxsize",
    ("sys", "setdefaultencoding"): "nothing: texts are Unicode",
    ("time", "clock"): "time.perf_counter",
    ("itertools", "izip_longest"): "itertools.zip_longest",
    ("os", "popen3"): "subprocess",
}
_OF_NAMES = {
    "cmp": "a key function, or (a > b) - (a < b)",
    "coerce": "nothing",
    "file": "open",
    "reload": "importlib.reload",
    "unichr": "chr",
}


def gone(tree: ast.AST) -> list[str]:
    """What of a program is not there any more: a line of text for each thing, with its place.

    Examples
    --------
    >>> gone(ast.parse("n = sys.maxint\\nsorted(d, cmp=f)"))
    ['line 1: sys.maxint is sys.maxsize now', 'line 2: cmp= is gone: give key=']
    """
    found = sorted(set(_found(tree)))
    return [f"line {line}: {said}" for line, said in found]


def _found(tree: ast.AST) -> Iterator[tuple[int, str]]:
    made = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    made |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    caught = {n.name for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler) and n.name}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            instead = _OF_MODULES.get((node.value.id, node.attr))
            if instead is not None:
                yield node.lineno, f"{node.value.id}.{node.attr} is {instead} now"
            if node.attr == "message" and node.value.id in caught:
                yield node.lineno, f"{node.value.id}.message is str({node.value.id}) now"
        elif isinstance(node, ast.Call):
            if any(keyword.arg == "cmp" for keyword in node.keywords):
                yield node.lineno, "cmp= is gone: give key="
            if isinstance(node.func, ast.Name) and node.func.id in _OF_NAMES.keys() - made:
                yield node.lineno, f"{node.func.id}() is gone: {_OF_NAMES[node.func.id]} instead"
