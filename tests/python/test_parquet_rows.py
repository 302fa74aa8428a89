"""Conditions and joins over Parquet files of many row groups: what the reader leaves out by
itself must be what a filter over rows in memory leaves out."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from caudal.sql import DataFrame, SparkSession
from caudal.testing import session

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ROWS = 3_000
FILES = 4
GROUP = 170
WORDS = ["AIR", "RAIL", "SHIP", "TRUCK", "", "año", None]


def drawn(seed: int) -> Any:
    """Columns of every kind of storage, with nulls, some sorted so that groups are left out."""
    draw = random.Random(seed)

    def sometimes(value: Any) -> Any:
        return None if draw.random() < 0.1 else value

    day = datetime.date(1994, 1, 1)
    numbers = range(ROWS)
    return pa.table(
        {
            "id": pa.array(numbers, pa.int64()),
            "k": pa.array([sometimes(draw.randrange(200)) for _ in numbers], pa.int32()),
            "x": pa.array([sometimes(draw.uniform(-5, 5)) for _ in numbers], pa.float64()),
            "word": pa.array([draw.choice(WORDS) for _ in numbers]),
            "day": pa.array(
                [sometimes(day + datetime.timedelta(days=n // 10)) for n in numbers], pa.date32()
            ),
            "price": pa.array(
                [sometimes(Decimal(draw.randrange(-9_999, 9_999)) / 100) for _ in numbers],
                pa.decimal128(9, 2),
            ),
            "Flag": pa.array([sometimes(draw.random() < 0.3) for _ in numbers]),
            "part": pa.StructArray.from_arrays(
                [pa.array([sometimes(n % 7) for n in numbers], pa.int32())], ["n"]
            ),
            "mark": pa.array([sometimes(draw.choice("xyz")) for _ in numbers]),
        }
    )


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with session() as spark:
        yield spark


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rows")
    first, second = drawn(1), drawn(2)
    pq.write_table(first, folder / "a.parquet", row_group_size=GROUP)
    # The second file lacks a column, has another order and writes a name in small letters.
    second = second.drop_columns(["price"]).rename_columns(
        [name.lower() for name in second.drop_columns(["price"]).column_names]
    )
    pq.write_table(second.select(list(reversed(second.column_names))), folder / "b.parquet")
    # Texts without a dictionary, and with one that has no room for all words.
    pq.write_table(drawn(3), folder / "c.parquet", use_dictionary=False)
    pages = {"dictionary_pagesize_limit": 16, "data_page_size": 64, "write_batch_size": 16}
    pq.write_table(drawn(4), folder / "d.parquet", row_group_size=GROUP, **pages)
    encodings = set()
    for name in "abcd"[:FILES]:
        groups = pq.ParquetFile(folder / f"{name}.parquet").metadata
        columns = [groups.row_group(0).column(at) for at in range(groups.num_columns)]
        encodings |= {c.encodings for c in columns if c.path_in_schema == "word"}
    assert len(encodings) > 1, "words are stored in one way only"
    return folder


@pytest.fixture(scope="module")
def read(spark: SparkSession, folder: Path) -> DataFrame:
    schema = spark.read.parquet(str(folder / "a.parquet")).schema
    return spark.read.schema(schema).parquet(str(folder))


@pytest.fixture(scope="module")
def held(spark: SparkSession, read: DataFrame) -> DataFrame:
    """The same rows in memory."""
    return spark.createDataFrame(read.collect(), read.schema)


CONDITIONS = [
    "id < 10",
    "id >= 2990 or id between 100 and 105",
    "k = 7",
    "k <> 7",
    "k in (1, 2, 3)",
    "k not in (1, 2, 3)",
    "k is null",
    "k is not null and x > 4.9",
    "not (k > 3)",
    "x > 0 and word = 'AIR' and day < date '1994-03-01'",
    "word like 'A%'",
    "word not like '%I%'",
    "word in ('año', '')",
    "word = '' or word is null",
    "day between date '1994-02-01' and date '1994-02-03' and word > 'R'",
    "price > 50.25 and price < 51",
    "price is null",
    "flag",
    "not flag and k < 50",
    "part.n = 3",
    "part is null",
    "k <=> null",
    "id < 0",
    "id >= 0",
    "k + 1 = 8 and k > 0",
    "length(word) = 4 and upper(word) = word",
    "coalesce(word, 'AIR') = 'AIR'",
    "word is null and mark is not null",
    "word <> 'AIR' and mark = 'x'",
    "word = 'AIR' and word <> mark and mark in ('x', 'y')",
    "k > 190 and mark <=> null",
    "word in ('TRUCK', 'no such word') and day < date '1994-01-20'",
    "year(day) = 1994 and month(day) = 3",
    "k <> 0 and 100 div k > 50",
    "id in (select k from held)",
    "k = (select max(k) from held where id < 5)",
    "true",
    "cast(null as boolean)",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions(spark: SparkSession, read: DataFrame, held: DataFrame, condition: str) -> None:
    held.createOrReplaceTempView("held")
    for columns in (["*"], ["id"], ["word", "id"], ["part", "flag", "id"]):
        wanted = held.where(condition).select(*columns).collect()
        found = read.where(condition).select(*columns).collect()
        assert sorted(found, key=str) == sorted(wanted, key=str), columns
    assert read.where(condition).count() == held.where(condition).count()


def test_rows_keep_their_order(read: DataFrame, held: DataFrame) -> None:
    """Of one file; the order of files is that of their names."""
    wanted = [row.id for row in held.where("x > 0 and word <> 'AIR'").collect()]
    assert [row.id for row in read.where("x > 0 and word <> 'AIR'").collect()] == wanted


@pytest.mark.parametrize(
    "kind", ["inner", "left", "right", "full", "left_semi", "left_anti", "cross"]
)
@pytest.mark.parametrize("on", ["l.k = r.k", "l.k = r.k and l.word = r.word", "l.k <=> r.k"])
def test_joins(spark: SparkSession, read: DataFrame, held: DataFrame, kind: str, on: str) -> None:
    few = held.where("id % 97 = 0").select("k", "word", "x")

    def joined(large: DataFrame, small: DataFrame) -> list[Any]:
        large.createOrReplaceTempView("l_rows")
        small.createOrReplaceTempView("r_rows")
        found = spark.sql(f"select * from l_rows l {kind.replace('_', ' ')} join r_rows r on {on}")
        return sorted(found.collect(), key=str)

    assert joined(read, few) == joined(held, few)
    assert joined(few, read) == joined(few, held)


def test_a_join_of_nothing(spark: SparkSession, read: DataFrame, held: DataFrame) -> None:
    none = held.where("id < 0").select("k")
    assert read.join(none, "k").count() == 0
    assert read.join(none, "k", "left").count() == read.count()
    assert read.join(none, "k", "left_anti").count() == read.count()


def test_numbers_of_rows_are_of_all_rows(read: DataFrame, held: DataFrame) -> None:
    """A join must not leave rows out below what counts them."""
    from caudal.sql.functions import monotonically_increasing_id, rand

    few = held.where("id = 2000").select("id").distinct()
    for number in (monotonically_increasing_id(), rand(7)):
        numbered = read.coalesce(1).select("id", number.alias("n"))
        wanted = [row for row in numbered.collect() if row.id == 2000]
        assert numbered.join(few, "id").select("id", "n").collect() == wanted


def test_observed_rows_are_all_rows(read: DataFrame, held: DataFrame) -> None:
    from caudal.sql import Observation
    from caudal.sql.functions import count, lit

    few = held.where("id = 2000").select("id").distinct()
    seen = Observation("seen")
    watched = read.observe(seen, count(lit(1)).alias("rows"))
    assert watched.join(few, "id").count() == FILES
    assert seen.get == {"rows": FILES * ROWS}


def test_a_join_within_a_recursion(spark: SparkSession, read: DataFrame) -> None:
    read.createOrReplaceTempView("l_rows")
    text = """
        with recursive reached(n) as (
          select 0L union all
          select l.id + 1 from reached r join l_rows l on l.id = r.n where r.n < 20 and l.k is null)
        select count(*) from reached"""
    try:
        found = spark.sql(text).first()
    except Exception as error:  # where recursion is not there it must say so
        assert "RECURSIVE" in str(error).upper()
    else:
        assert found is not None


def test_a_file_in_parts(spark: SparkSession, folder: Path) -> None:
    """A file above the size of a part is read in several, each row once and in order."""
    numbers = list(range(1_500_000))
    path = folder.parent / "large.parquet"
    text = pa.array([f"{n * 7919 % 1_000_003:07d}" for n in numbers])
    table = pa.table({"n": pa.array(numbers, pa.int64()), "text": text})
    pq.write_table(table, path, row_group_size=100_000, compression="none")
    assert path.stat().st_size > 8 * 1024 * 1024
    frame = spark.read.parquet(str(path))
    assert [row.n for row in frame.where("text < '0000100'").collect()] == [
        n for n in numbers if n * 7919 % 1_000_003 < 100
    ]
    assert frame.count() == len(numbers)
    assert frame.selectExpr("sum(n)", "min(text)").first() == (sum(numbers), "0000000")
