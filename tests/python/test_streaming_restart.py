"""A query that changed, at its restart: what changed is said, and nothing is touched.

What may change and what may not is recorded from Spark in ``tests/oracle`` (area
``stream_restart``); here is what Caudal says beyond Spark's words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from caudal.errors import StreamingQueryException
from caudal.sql import functions as F

SCHEMA = "k STRING, v INT"


def sums(df: Any) -> Any:
    return df.groupBy("k").agg(F.sum("v").alias("s"))


CHANGES: dict[str, tuple[str, Callable[[Any], Any], Callable[[Any], Any], list[str]]] = {
    "a key more": (
        "update",
        sums,
        lambda df: df.groupBy("k", "v").agg(F.sum("v").alias("s")),
        ["operator 0 (stateStoreSave), its keys: row1(Utf8", " before, row1(Utf8", "Int32) now"],
    ),
    "an aggregate more": (
        "update",
        sums,
        lambda df: df.groupBy("k").agg(F.sum("v"), F.max("v")),
        ["operator 0 (stateStoreSave), its values: ", " of sum before, ", " of sum,max now"],
    ),
    "another operator": (
        "append",
        lambda df: df.dropDuplicates(["k"]),
        lambda df: df.limit(3),
        ["operator 0: dedupe before, globalLimit now"],
    ),
    "an operator more": (
        "append",
        lambda df: df.dropDuplicates(["k"]),
        lambda df: df.dropDuplicates(["k"]).limit(3),
        ["operators with state: 1 before, 2 now", "operator 1: none before, globalLimit now"],
    ),
    "no state any more": (
        "append",
        lambda df: df.dropDuplicates(["k"]),
        lambda df: df,
        ["operators with state: 1 before, 0 now", "operator 0: dedupe before, none now"],
    ),
    "state anew": (
        "append",
        lambda df: df,
        lambda df: df.dropDuplicates(["k"]),
        ["operators with state: 0 before, 1 now"],
    ),
}


def run(spark: Any, root: Path, build: Callable[[Any], Any], mode: str, events: str = "in") -> None:
    frame = build(spark.readStream.schema(SCHEMA).json(str(root / events)))
    writer = frame.writeStream.outputMode(mode).foreachBatch(lambda df, n: df.collect())
    query = writer.option("checkpointLocation", str(root / "checkpoint")).start()
    try:
        query.processAllAvailable()
    finally:
        query.stop()


def add(root: Path, name: str) -> None:
    (root / "in").mkdir(exist_ok=True)
    rows = [{"k": "a", "v": 1}, {"k": "b", "v": 2}]
    (root / "in" / name).write_text("".join(json.dumps(row) + "\n" for row in rows))


def contents(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_is_said_and_the_checkpoint_stays(
    name: str, spark: Any, tmp_path: Path
) -> None:
    mode, before, after, words = CHANGES[name]
    add(tmp_path, "1.json")
    run(spark, tmp_path, before, mode)
    add(tmp_path, "2.json")
    kept = contents(tmp_path / "checkpoint")
    with pytest.raises(StreamingQueryException) as caught:
        run(spark, tmp_path, after, mode)
    for word in ["What changed since the checkpoint was begun:", *words]:
        assert word in str(caught.value)
    assert contents(tmp_path / "checkpoint") == kept
    run(spark, tmp_path, before, mode)


def test_another_folder_is_refused(spark: Any, tmp_path: Path) -> None:
    add(tmp_path, "1.json")
    run(spark, tmp_path, sums, "update")
    (tmp_path / "other").mkdir()
    kept = contents(tmp_path / "checkpoint")
    with pytest.raises(StreamingQueryException, match=r"Wrong basePath .*other .*/in/1\.json"):
        run(spark, tmp_path, sums, "update", "other")
    assert contents(tmp_path / "checkpoint") == kept


def test_a_query_whose_first_batch_failed_may_change(spark: Any, tmp_path: Path) -> None:
    add(tmp_path, "1.json")
    with pytest.raises(StreamingQueryException):
        run(spark, tmp_path, lambda df: df.select(F.col("k").cast("int")), "append")
    assert (tmp_path / "checkpoint" / "offsets" / "0").exists()
    run(spark, tmp_path, lambda df: df.dropDuplicates(["k"]), "append")
