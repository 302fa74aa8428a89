"""Python functions in queries, where real Spark cannot show it: queries inside of functions,
which must not hang, what is called how often, and the cause of an exception.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

from caudal.errors import PythonException
from caudal.sql import SparkSession
from caudal.sql import functions as F
from caudal.sql.datasource import DataSource, DataSourceReader, InputPartition


def within(call: Callable[[], Any], limit: float = 60.0) -> Any:
    """What a call gives; fails where it hangs."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(call()), daemon=True)
    thread.start()
    thread.join(limit)
    assert answers, "the query hangs, or has failed"
    return answers[0]


class Reads(DataSource):
    """A source whose rows come from a query of its own."""

    @classmethod
    def name(cls) -> str:
        return "reads_inside"

    def schema(self) -> str:
        return "n long"

    def reader(self, schema: Any) -> DataSourceReader:
        return Reader()


class Reader(DataSourceReader):
    def read(self, partition: InputPartition) -> Iterator[tuple[int]]:
        session = SparkSession.getActiveSession()
        assert session is not None
        for row in session.range(5).collect():
            yield (row.id,)


def test_a_source_may_query(spark: SparkSession) -> None:
    spark.dataSource.register(Reads)
    frame = spark.read.format("reads_inside").load()
    rows = within(lambda: frame.union(frame).orderBy("n").collect())
    assert [row.n for row in rows] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_a_udf_may_query(spark: SparkSession) -> None:
    counted = F.udf(lambda n: spark.range(n).where("id % 2 = 0").count(), "long")
    rows = within(lambda: spark.range(4).select(counted("id").alias("n")).collect())
    assert [row.n for row in rows] == [0, 1, 1, 2]


def test_maps_and_groups_may_query(spark: SparkSession) -> None:
    def mapped(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            yield pd.DataFrame({"n": [spark.range(len(frame)).count()]})

    def grouped(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"n": [spark.range(len(frame)).count()]})

    frame = spark.range(6)
    assert within(lambda: frame.mapInPandas(mapped, "n long").collect()) == [(6,)]
    groups = frame.groupBy(frame.id % 2).applyInPandas(grouped, "n long")
    assert within(groups.collect) == [(3,), (3,)]


def test_a_udf_in_a_stream_may_query(spark: SparkSession, tmp_path: Any) -> None:
    (tmp_path / "a.json").write_text('{"n": 2}\n{"n": 3}\n')
    counted = F.udf(lambda n: spark.range(n).count(), "long")
    rows = spark.readStream.schema("n long").json(str(tmp_path)).select(counted("n").alias("n"))
    query = rows.writeStream.format("memory").queryName("counted_inside").start()
    try:
        within(lambda: query.processAllAvailable() or True)
    finally:
        query.stop()
    assert sorted(row.n for row in spark.table("counted_inside").collect()) == [2, 3]


def test_each_row_is_called_once(spark: SparkSession) -> None:
    seen: list[int] = []

    def noted(n):  # type: ignore[no-untyped-def]
        seen.append(n)
        return n

    f = F.udf(noted, "long")
    frame = spark.range(4).select(f("id").alias("a"), f("id").alias("b"), "id")
    frame.where("a > 1").select("a", "b").collect()
    assert sorted(seen) == [0, 1, 2, 3]


def test_what_nobody_wants_is_not_called(spark: SparkSession) -> None:
    seen: list[int] = []
    f = F.udf(lambda n: seen.append(n), "long")
    frame = spark.range(4).withColumn("n", f("id"))
    assert frame.count() == 4
    assert [row.id for row in frame.select("id").collect()] == [0, 1, 2, 3]
    assert frame.where("id = 9").collect() == []
    assert seen == []


def test_a_limit_ends_a_map(spark: SparkSession) -> None:
    ended = threading.Event()

    def endless(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        try:
            while True:
                yield pd.DataFrame({"n": [1]})
        finally:
            ended.set()

    frame = spark.range(1).mapInPandas(endless, "n long").limit(3)
    assert within(frame.collect) == [(1,), (1,), (1,)]
    assert ended.wait(60)


@pytest.mark.parametrize("use_arrow", [True, False])
def test_the_exception_is_the_cause(spark: SparkSession, use_arrow: bool) -> None:
    class Own(Exception):
        pass

    def fails(n: int) -> int:
        raise Own(f"no {n}")

    f = F.udf(fails, "long", useArrow=use_arrow)
    with pytest.raises(PythonException, match="no 0") as caught:
        spark.range(1).select(f("id")).collect()
    assert isinstance(caught.value.__cause__, Own)
    text = str(caught.value)
    assert "in fails" in text
    assert "caudal/sql" not in text


def test_a_pair_of_one_name_is_two_functions(spark: SparkSession) -> None:
    one, two = F.udf(lambda n: 1, "long"), F.udf(lambda n: 2, "long")
    rows = spark.range(1).select(one("id").alias("a"), two("id").alias("b")).collect()
    assert rows == [(1, 2)]


def test_arrow_is_not_copied(spark: SparkSession) -> None:
    addresses: list[int] = []

    def noted(values):  # type: ignore[no-untyped-def]
        addresses.append(values.buffers()[1].address)
        return values

    f = F.arrow_udf(noted, "long")
    frame = spark.createDataFrame([(n,) for n in range(100)], "n long").cache()
    rows = frame.select(f("n").alias("m")).where("m >= 0").select("m").collect()
    assert [row.m for row in rows] == list(range(100))
    assert len(addresses) == 1


def test_a_table_function_by_name(spark: SparkSession) -> None:
    @F.udtf(returnType="n int, square int")
    class Squares:
        def eval(self, most: int, first: int = 0) -> Iterator[tuple[int, int]]:
            for n in range(first, most):
                yield n, n * n

    spark.udtf.register("squares", Squares)
    assert spark.sql("SELECT * FROM squares(3)").collect() == [(0, 0), (1, 1), (2, 4)]
    assert spark.sql("SELECT s.square FROM squares(most => 3, first => 2) AS s").collect() == [(4,)]
    rows = spark.sql(
        "SELECT t.a, s.x FROM VALUES (1), (2) AS t(a), LATERAL squares(a + 1, a) AS s(x, y)"
    )
    assert rows.collect() == [(1, 1), (2, 2)]


def test_a_table_function_of_one_s_own(spark: SparkSession) -> None:
    @F.udtf(returnType="word string, n int")
    class Words:
        def __init__(self) -> None:
            self.rows = 0

        def eval(self, text: str) -> Iterator[tuple[str, int]]:
            for word in text.split():
                self.rows += 1
                yield word, len(word)

        def terminate(self) -> Iterator[tuple[str, int]]:
            yield "all", self.rows

    rows = Words(F.lit("a bc")).collect()
    assert rows == [("a", 1), ("bc", 2), ("all", 2)]


def test_a_table_function_without_end_ends_under_a_limit(spark: SparkSession) -> None:
    @F.udtf(returnType="n int")
    class Numbers:
        def eval(self) -> Iterator[tuple[int]]:
            yield from ((number,) for number in itertools.count())

    assert [row.n for row in Numbers().limit(3).collect()] == [0, 1, 2]
