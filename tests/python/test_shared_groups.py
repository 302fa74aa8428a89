"""Groups that a query asks for more than once are computed once, and the answers are those of
a query that computes them each time."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from caudal.errors import ArithmeticException
from caudal.sql import DataFrame, SparkSession
from caudal.sql import functions as F
from caudal.testing import session

TOTALS = "WITH totals AS (SELECT k, sum(v) AS s, count(*) AS n FROM numbers GROUP BY k) "


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    with session() as spark:
        folder = str(tmp_path_factory.mktemp("shared") / "numbers")
        numbers = spark.range(50_000).selectExpr("id", "id % 700 AS k", "id * 7 % 1000 AS v")
        numbers.write.parquet(folder)
        spark.read.parquet(folder).createOrReplaceTempView("numbers")
        yield spark


def uses(df: DataFrame) -> int:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        df.explain()
    return printed.getvalue().count("SharedExec")


def expected() -> dict[int, tuple[int, int]]:
    totals: dict[int, tuple[int, int]] = {}
    for number in range(50_000):
        total, count = totals.get(number % 700, (0, 0))
        totals[number % 700] = (total + number * 7 % 1000, count + 1)
    return totals


def test_totals_and_the_greatest_of_them(spark: SparkSession) -> None:
    df = spark.sql(
        TOTALS + "SELECT k, s FROM totals WHERE s = (SELECT max(s) FROM totals) ORDER BY k"
    )
    assert uses(df) == 2
    totals = expected()
    most = max(total for total, _ in totals.values())
    wanted = sorted((k, total) for k, (total, _) in totals.items() if total == most)
    assert [tuple(row) for row in df.collect()] == wanted
    # The same frame again: the rows of the first run are not in the way.
    assert [tuple(row) for row in df.collect()] == wanted


def test_three_uses_that_want_different_columns(spark: SparkSession) -> None:
    df = spark.sql(
        TOTALS + "SELECT a.k, a.s, b.n FROM totals a JOIN totals b ON a.k = b.k "
        "WHERE a.n >= (SELECT avg(n) FROM totals) ORDER BY a.k"
    )
    totals = expected()
    mean = sum(count for _, count in totals.values()) / len(totals)
    wanted = [(k, s, n) for k, (s, n) in sorted(totals.items()) if n >= mean]
    assert [tuple(row) for row in df.collect()] == wanted


def test_a_use_that_takes_a_few_rows(spark: SparkSession) -> None:
    df = spark.sql(
        TOTALS + "SELECT * FROM (SELECT k FROM totals ORDER BY s DESC, k LIMIT 3) "
        "UNION ALL SELECT count(*) FROM totals"
    )
    totals = expected()
    best = sorted(totals, key=lambda k: (-totals[k][0], k))[:3]
    assert sorted(row[0] for row in df.collect()) == sorted([*best, 700])


def test_a_frame_joined_with_its_own_greatest(spark: SparkSession) -> None:
    totals = spark.table("numbers").groupBy("k").agg(F.sum("v").alias("s"))
    top = totals.agg(F.max("s").alias("most"))
    found = totals.join(top, totals.s == top.most).select("k", "s")
    most = max(total for total, _ in expected().values())
    assert {row.s for row in found.collect()} == {most}


def test_the_same_words_over_other_rows_are_not_shared(spark: SparkSession, tmp_path: Path) -> None:
    frames = []
    for number in (1, 2):
        folder = str(tmp_path / str(number))
        spark.range(number * 10).selectExpr("id % 3 AS k", "id AS v").write.parquet(folder)
        frames.append(spark.read.parquet(folder).groupBy("k").agg(F.count("v").alias("n")))
    both = frames[0].union(frames[1])
    assert uses(both) == 0
    assert sum(row.n for row in both.collect()) == 30


def test_random_numbers_of_a_with_table_are_the_same_in_each_use(spark: SparkSession) -> None:
    df = spark.sql(
        "WITH numbered AS (SELECT k, rand() AS r FROM numbers), "
        "drawn AS (SELECT k, sum(r) AS r FROM numbered GROUP BY k) "
        "SELECT a.r AS a, b.r AS b FROM drawn a JOIN drawn b ON a.k = b.k"
    )
    rows = df.collect()
    assert len(rows) == 700
    assert all(row.a == row.b for row in rows)


def test_an_error_reaches_every_use(spark: SparkSession) -> None:
    df = spark.sql(
        "WITH broken AS (SELECT k, sum(10 div (v - 7)) AS s FROM numbers GROUP BY k) "
        "SELECT * FROM broken WHERE s > (SELECT avg(s) FROM broken)"
    )
    with pytest.raises(ArithmeticException, match="DIVIDE_BY_ZERO"):
        df.collect()
