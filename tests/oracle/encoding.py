"""Values, frames and errors as JSON that tells Python's and Spark's types apart.

Knows nothing of sessions, files or pytest. A number stays a JSON number (a float always
has a point or an exponent); whatever JSON has no form for becomes an object with one key
that starts with ``$``. What two sides must agree on is compared as text made from this
form, so that ``1``, ``1.0`` and ``true`` differ.
"""

import datetime
import decimal
import json
import math
import re
from collections.abc import Callable
from typing import Any

Json = Any
Normalise = Callable[[str], str]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ATTRIBUTE_ID = re.compile(r"#\d+L?")
_WIDTH = 110

ANY_CLASS = "(any)"


def normaliser(folders: dict[str, str]) -> Normalise:
    """A function that makes text independent of the machine and of the run.

    `folders` maps a path to the name that stands for it.
    """
    ordered = sorted(folders.items(), key=lambda item: -len(item[0]))

    def normalise(text: str) -> str:
        for path, name in ordered:
            text = text.replace(path, name)
        return _ATTRIBUTE_ID.sub("#n", _UUID.sub("<uuid>", text))

    return normalise


def canonical(encoded: Json) -> str:
    return json.dumps(encoded, sort_keys=True, ensure_ascii=False)


def encode(value: Any) -> Json:
    """One Python value, nested ones too; a TypeError for a type that has no form."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$float": str(value)}
    if isinstance(value, decimal.Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime.datetime):
        return {"$timestamp": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"$date": value.isoformat()}
    if isinstance(value, datetime.time):
        return {"$time": value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"$timedelta": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, (bytes, bytearray)):
        return {f"${type(value).__name__}": value.hex()}
    return _encode_nested(value)


def _encode_nested(value: Any) -> Json:
    if isinstance(value, tuple) and hasattr(value, "__fields__"):
        return {
            "$row": [
                [name, encode(item)] for name, item in zip(value.__fields__, value, strict=True)
            ]
        }
    if isinstance(value, tuple):
        return {"$tuple": [encode(item) for item in value]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {"$map": sorted(([encode(k), encode(v)] for k, v in value.items()), key=canonical)}
    if type(value).__name__ == "VariantVal":
        return {"$variant": [bytes(value.value).hex(), bytes(value.metadata).hex()]}
    if isinstance(value, (set, frozenset)):
        return {"$set": sorted((encode(item) for item in value), key=canonical)}
    raise TypeError(f"no recorded form for {type(value).__module__}.{type(value).__name__}")


def encode_frame(df: Any, ordered: bool) -> Json:
    """Schema, column names and rows; rows are sorted by their text unless `ordered`."""
    rows = [[encode(item) for item in row] for row in df.collect()]
    return {
        "kind": "frame",
        "columns": list(df.columns),
        "schema": df.schema.jsonValue(),
        "ordered": ordered,
        "rows": rows if ordered else sorted(rows, key=canonical),
    }


def encode_error(error: BaseException, normalise: Normalise) -> Json:
    """Class, condition, SQLSTATE, parameters and the first line of the message."""
    # PySpark has no class for some errors of the JVM and lets py4j's own out, which
    # nobody else can raise: then the class is free and the Java error has the rest.
    java = getattr(error, "java_exception", None)
    source = error if java is None else java
    message = str(error) if java is None else str(java.getMessage())
    lines = [line for line in message.splitlines() if line.strip()]
    return {
        "kind": "error",
        "class": type(error).__name__ if java is None else ANY_CLASS,
        "condition": _ask(source, "getCondition"),
        "sqlstate": _ask(source, "getSqlState"),
        "parameters": {
            name: normalise(str(text))
            for name, text in dict(_ask(source, "getMessageParameters") or {}).items()
        },
        "message": normalise(lines[0]) if lines else "",
    }


def _ask(error: Any, method: str) -> Any:
    try:
        return getattr(error, method)()
    except Exception:
        # No such method: an error of Python, or a Java one without a condition.
        return None


def normalise_strings(encoded: Json, normalise: Normalise) -> Json:
    """The same JSON with every string normalised (keys stay as they are)."""
    if isinstance(encoded, str):
        return normalise(encoded)
    if isinstance(encoded, list):
        return [normalise_strings(item, normalise) for item in encoded]
    if isinstance(encoded, dict):
        return {key: normalise_strings(item, normalise) for key, item in encoded.items()}
    return encoded


def pretty(encoded: Json, indent: str = "") -> str:
    """JSON with sorted keys where whatever fits stays on one line: a row is a line."""
    flat = canonical(encoded)
    if len(indent) + len(flat) <= _WIDTH or not isinstance(encoded, (list, dict)) or not encoded:
        return flat
    inner = indent + " "
    if isinstance(encoded, list):
        body = ",\n".join(inner + pretty(item, inner) for item in encoded)
        return f"[\n{body}\n{indent}]"
    body = ",\n".join(
        f"{inner}{json.dumps(key)}: {pretty(encoded[key], inner)}" for key in sorted(encoded)
    )
    return f"{{\n{body}\n{indent}}}"
