"""Which public names of PySpark are here, and with the same signatures: needs no PySpark.

``pyspark_api.json`` holds, for each public class and module of PySpark 4.3.0 (a *group*), its
members with their signatures in `signature_text`'s form; null stands for what has none (a
property, a constant). A name can be there and only say "not there yet": that is counted too,
as *unbuilt*, from a method's own source, and by asking the engine for a function of columns.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
AREAS = ("sql", "streaming", "datasource", "types", "errors", "functions", "exports", "testing")

#: Signatures that are not compared. Most are constructors that take a handle of the JVM in
#: PySpark, or stand for two classes at once (the JVM's and Connect's): no program calls them,
#: and ours take what this package needs. `AnalyzeResult` differs by an empty tuple in place of
#: a factory of one; the functions of Avro take a schema registry besides what PySpark's take.
NOT_COMPARED = frozenset(
    """pyspark.sql.Column pyspark.sql.DataFrame pyspark.sql.GroupedData pyspark.sql.Observation
    pyspark.sql.PandasCogroupedOps pyspark.sql.WindowSpec
    pyspark.sql.streaming.StatefulProcessorHandle pyspark.sql.streaming.StreamingQuery
    pyspark.sql.streaming.StreamingQueryManager pyspark.sql.functions.AnalyzeResult
    pyspark.sql.avro.functions.from_avro pyspark.sql.avro.functions.to_avro""".split()
)

# Wider than PySpark's, and this wide: a call of PySpark's means the same, and one of
# Databricks', which names a schema registry, works too.
WIDER = {
    "pyspark.sql.avro.functions.from_avro": "(data, jsonFormatSchema=None, options=None, *, "
    "subject=None, schemaRegistryAddress=None)",
    "pyspark.sql.avro.functions.to_avro": "(data, jsonFormatSchema='', *, subject=None, "
    "schemaRegistryAddress=None, options=None)",
}


@dataclass
class Group:
    """What was found of one class or module."""

    name: str
    area: str
    same: list[str] = field(default_factory=list)
    different: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    unbuilt: list[str] = field(default_factory=list)

    @property
    def names(self) -> int:
        return len(self.same) + len(self.different) + len(self.missing)


def measure() -> list[Group]:
    """Every group of PySpark's, looked up here."""
    api = json.loads((FOLDER / "pyspark_api.json").read_text())
    return [_group(name, entry) for name, entry in api["groups"].items()]


def totals(groups: Iterable[Group]) -> dict[str, dict[str, int]]:
    """The counts of each area, in the form of ``reached.json``."""
    counts = {
        area: dict.fromkeys(("names", "present", "same_signature", "built"), 0) for area in AREAS
    }
    for group in groups:
        area = counts[group.area]
        present = group.names - len(group.missing)
        area["names"] += group.names
        area["present"] += present
        area["same_signature"] += len(group.same)
        area["built"] += present - len(group.unbuilt)
    return counts


def signature_text(function: Any, drop_first: bool) -> str | None:
    """Names, order, kinds and defaults of the parameters, without annotations."""
    function = getattr(function, "__func__", function)
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    if drop_first and parameters and parameters[0].name in ("self", "cls", "_self", "_cls"):
        del parameters[0]
    parts: list[str] = []
    for p in parameters:
        if p.kind is p.VAR_POSITIONAL:
            parts.append("*args")
        elif p.kind is p.VAR_KEYWORD:
            parts.append("**kwargs")
        else:
            if p.kind is p.KEYWORD_ONLY and not {"*", "*args"} & set(parts):
                parts.append("*")
            parts.append(p.name if p.default is p.empty else f"{p.name}={_default(p.default)}")
    return "(" + ", ".join(parts) + ")"


def _default(value: Any) -> str:
    text = repr(value)
    # Marks such as `<no value>` have no text that two packages could share.
    return "<mark>" if text.startswith("<") and ("object" in text or "no" in text) else text


def _group(name: str, entry: dict[str, Any]) -> Group:
    group = Group(name, entry["area"])
    owner = next(filter(None, map(_look_up, [name, *entry.get("also", [])])), None)
    for member, (kind, wanted) in entry["members"].items():
        found = None if owner is None else _member(owner, member)
        if found is None:
            group.missing.append(member)
            continue
        has = None
        if wanted is not None and f"{name}.{member}" not in NOT_COMPARED:
            has = signature_text(found, drop_first=kind not in ("function", "staticmethod"))
        if has is None or has == WIDER.get(f"{name}.{member}", wanted):
            group.same.append(member)
        else:
            group.different[member] = f"{has}, PySpark has {wanted}"
        if _says_not_yet(found) or (name == "pyspark.sql.functions" and _is_lacking(found)):
            group.unbuilt.append(member)
    return group


def _look_up(path: str) -> Any:
    """The module or class that answers for a path of PySpark's; None where there is none."""
    parts = path.replace("pyspark", "caudal", 1).split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            found = None if found is None else _member(found, part)
        return found
    return None


def _member(owner: Any, name: str) -> Any:
    try:
        if inspect.isclass(owner):
            return inspect.getattr_static(owner, name)
        return getattr(owner, name)
    except (AttributeError, NotImplementedError):
        # A dataclass' field without a default is an annotation only.
        return name if name in getattr(owner, "__annotations__", {}) else None


def _says_not_yet(member: Any) -> bool:
    """Whether all that a function does is to call `not_implemented`."""
    function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
    if not inspect.isfunction(function):
        return False
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    body = [s for s in getattr(tree, "body", []) if not _is_text(s)]
    return len(body) == 1 and "not_implemented(" in ast.unparse(body[0])


def _is_lacking(function: Any) -> bool:
    """Whether the engine says of a function by that name that it is not there."""
    from caudal import _native
    from caudal.errors import PySparkNotImplementedError
    from caudal.sql import SparkSession

    # `when` and its like are made of other parts, and name no function.
    if not inspect.isfunction(function) or f'("{function.__name__}"' not in _source(function):
        return False
    frame = SparkSession.builder.getOrCreate().range(1)._frame
    try:
        frame.select([_native.Expr.call(function.__name__, [])])
    except PySparkNotImplementedError as error:
        return f"the function {function.__name__} " in str(error)
    except Exception:  # another number of arguments: it is there
        return False
    return False


def _source(function: Any) -> str:
    return inspect.getsource(function).replace("call(\n        ", "call(")


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
