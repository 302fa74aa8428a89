"""What a session answers to expressions: the type of each and its values as text, or the
condition of its error. Serves the recorder and the test alike.

Values are compared as Spark's own casts to text, which tell every two of them apart but
the lengths of binary values, which are asked in hexadecimal.
"""

from __future__ import annotations

from typing import Any

from .table import made

Answer = list[Any]

#: How a recording is made: ANSI mode over ordinary rows, where an error is an answer; and
#: without, over all rows, where nearly everything has values.
MODES = {
    "ansi": {"spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "UTC"},
    "legacy": {
        "spark.sql.ansi.enabled": "false",
        "spark.sql.session.timeZone": "America/Sao_Paulo",
    },
}


def answers(spark: Any, mode: str, texts: list[str], width: int = 32) -> list[Answer]:
    """An answer for each text, in their order: ``[type, [value, …]]``, or ``[condition]``."""
    for key, value in MODES[mode].items():
        spark.conf.set(key, value)
    frame = made(spark, extreme=mode == "legacy").coalesce(1).cache()
    found: dict[int, Answer] = {}
    typed: dict[int, str] = {}
    for at, text in enumerate(texts):
        try:
            typed[at] = frame.selectExpr(f"{text} AS e").schema[0].dataType.simpleString()
        except Exception as error:
            found[at] = [condition(error)]
    left = list(typed)
    for start in range(0, len(left), width):
        evaluate(frame, texts, typed, left[start : start + width], found)
    return [found[at] for at in range(len(texts))]


def evaluate(
    frame: Any, texts: list[str], typed: dict[int, str], which: list[int], found: dict[int, Answer]
) -> None:
    """Asks many at once; where that fails, halves of them."""
    columns = [as_text(texts[at], typed[at]) + f" AS e{at}" for at in which]
    try:
        rows = frame.selectExpr("id", *columns).collect()
    except Exception as error:
        if len(which) == 1:
            found[which[0]] = [condition(error)]
            return
        half = len(which) // 2
        evaluate(frame, texts, typed, which[:half], found)
        evaluate(frame, texts, typed, which[half:], found)
        return
    rows = sorted(rows, key=lambda row: row[0])
    for column, at in enumerate(which, start=1):
        found[at] = [typed[at], [row[column] for row in rows]]


def as_text(text: str, data_type: str) -> str:
    return f"hex({text})" if data_type == "binary" else f"cast(({text}) AS string)"


def condition(error: Exception) -> str:
    """The condition of an error, or its class where it has none: Java's, where PySpark has
    none of its own for it."""
    java = getattr(error, "java_exception", None)
    for source in (error, java):
        try:
            name = source.getCondition()  # type: ignore[union-attr]
        except Exception:
            continue
        if name:
            return str(name)
    if java is None:
        return type(error).__name__
    # A job that failed of it: what it failed of is beneath.
    while java.getClass().getSimpleName() == "SparkException" and java.getCause() is not None:
        java = java.getCause()
    return str(java.getClass().getSimpleName())
