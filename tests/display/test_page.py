"""What of a frame is shown: its values as text, how many rows, what is said of the rest."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any, NamedTuple

import pytest

from caudal.notebook.display import _html, _options, _page, _text
from caudal.sql import functions as F

from .parsed import Shown


def shown(frame: Any, limit: int = 1000, **options: Any) -> Shown:
    page = _page.page_of(frame, limit)
    return Shown(_html.document(page, "key", _options.chart_of(options, frame.columns)))


def test_values_read_as_show_prints_them(spark: Any) -> None:
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    table = shown(
        spark.sql(
            """select cast('12345678901234567890.1234567890' as decimal(38,10)) as dec,
            9223372036854775807 as big, double('nan') as nan, double('-inf') as inf,
            1e10D as e, float(1.1) as f, true as t, date'2020-02-29' as d,
            timestamp'2020-01-01 00:00:00.5' as ts, timestamp_ntz'2020-01-01 00:00:00' as ntz,
            interval '1' day as i, X'410AFF' as bin, cast(null as int) as none, void as v
            from values (null) as t(void)"""
        )
    )
    assert table.cells == [
        [
            "12345678901234567890.1234567890", "9223372036854775807", "NaN", "-Infinity",
            "1.0E10", "1.1", "true", "2020-02-29", "2020-01-01 00:00:00.5", "2020-01-01 00:00:00",
            "INTERVAL '1' DAY", "[41 0A FF]", None, None,
        ]
    ]  # fmt: skip
    assert table.kinds == [
        *["number"] * 6,
        "boolean",
        *["time"] * 3,
        *["text"] * 2,
        "number",
        "text",
    ]
    assert table.types[:2] == ["decimal(38,10)", "bigint"]


def test_a_moment_is_on_the_sessions_clock(spark: Any) -> None:
    frame = spark.sql(
        """select timestamp'2020-01-01 00:00:00Z' t,
        struct(timestamp'2020-01-01 00:00:00.25Z' as u) s"""
    )
    spark.conf.set("spark.sql.session.timeZone", "America/Lima")
    assert shown(frame).cells == [["2019-12-31 19:00:00", '{"u":"2019-12-31 19:00:00.250000"}']]


def test_nested_values_are_json_with_their_names(spark: Any) -> None:
    frame = spark.sql(
        """select array(1, null) a, map('k', 1.50) m, struct(1 as x, null as y, 'é"' as z) s,
        window(timestamp'2020-01-01 10:07:00', '5 minutes') w"""
    )
    table = shown(frame)
    assert table.cells == [
        [
            "[1,null]",
            '{"k":1.50}',
            '{"x":1,"y":null,"z":"é\\""}',
            '{"start":"2020-01-01 10:05:00","end":"2020-01-01 10:10:00"}',
        ]
    ]
    assert table.kinds == ["text", "text", "text", "window"]


def test_markup_in_data_and_names_is_text(spark: Any) -> None:
    nasty = "</td></table><script>alert(1)</script>&amp;<b onclick='x'>\"'"
    frame = spark.createDataFrame([(nasty,)], ["<i>n</i>"])
    table = shown(frame, chart="bar", keys="<i>n</i>")
    assert table.cells == [[nasty]]
    assert table.names == ["<i>n</i>"]
    assert "<i>n</i>" in table.schema
    assert "i" not in table.tags
    assert table.html.count("<script") == table.html.count("</script>") == 1


def test_columns_of_one_name_are_told_apart_by_position(spark: Any) -> None:
    frame = spark.range(2).select("id", (F.col("id") * 10).alias("id"))
    assert shown(frame).cells == [["0", "0"], ["1", "10"]]
    assert shown(frame, chart="bar", keys=0, values=1).attributes["data-chart"] is not None
    with pytest.raises(ValueError, match=r"several columns have this name, at \[0, 1\]"):
        _options.chart_of({"chart": "bar", "keys": "id"}, frame.columns)


def test_ten_million_rows_are_limited_and_that_is_said(spark: Any) -> None:
    """A row beyond the limit and the one that tells of it would fail: they are not computed."""
    rows = spark.range(10_000_000).select(
        F.when(F.col("id") < 200_000, F.col("id")).otherwise(F.raise_error(F.lit("computed")))
    )
    table = shown(rows)
    assert len(table.cells) == 1000
    assert table.note == "the first 1,000 rows: there are more; the chart is of these rows"
    assert shown(spark.range(1000)).note == "1,000 rows"
    assert shown(spark.range(1)).note == "1 row"
    assert shown(spark.range(0)).note == "0 rows"


def test_a_huge_value_is_cut_in_the_engine(spark: Any) -> None:
    frame = spark.sql("select repeat('é', 100000) s, cast(repeat('a', 9000) as binary) b")
    [[text, binary]] = shown(frame).cells
    assert text == "é" * 2000 + "… (100000 characters)"
    assert binary == f"[{' '.join(['61'] * 500)}]… (9000 bytes)"


def test_a_page_has_an_end_in_characters_too(spark: Any) -> None:
    table = shown(spark.range(4000).selectExpr("repeat('x', 1900) a"), limit=4000)
    assert 1000 < len(table.cells) < 4000
    assert table.note.startswith(f"the first {len(table.cells):,} rows: there are more")


def test_a_frame_without_columns(spark: Any) -> None:
    table = shown(spark.range(2).select())
    assert (table.names, table.cells) == ([], [[], []])


def test_the_schema_is_there(spark: Any) -> None:
    table = shown(spark.sql("select 1 a, struct('x' as n) s"))
    assert table.schema == (
        "root\n |-- a: integer (nullable = false)\n |-- s: struct (nullable = false)\n"
        " |    |-- n: string (nullable = false)\n"
    )


def test_an_output_stands_alone(spark: Any) -> None:
    html = shown(spark.range(1)).html
    addresses = [part.split('"')[0] for part in html.split("http")[1:]]
    assert addresses == ["://www.w3.org/2000/svg"]  # a name, which nobody fetches
    assert not {"link", "img", "iframe"} & Shown(html).tags
    assert len(html) < 43_000


def test_lists_of_records(spark: Any) -> None:
    class File(NamedTuple):
        path: str
        size: int

    @dataclasses.dataclass
    class Point:
        x: float

    page = _page.page_of_rows([File("/a", 1), File("/b", 2)], 10)
    assert page is not None
    assert [(h.name, h.kind) for h in page.headings] == [("path", "text"), ("size", "number")]
    assert page.rows == [["/a", "1"], ["/b", "2"]]
    rows = spark.createDataFrame([(1, None)], "a int, b string").collect()
    assert _page.page_of_rows(rows, 10).rows == [["1", None]]
    assert _page.page_of_rows([Point(0.5)], 10).rows == [["0.5"]]
    mixed = _page.page_of_rows([{"a": 1}, {"b": [b"x"]}, {"a": datetime.date(2020, 1, 1)}], 2)
    assert mixed.rows == [["1", None], [None, "[\"b'x'\"]"]]
    assert mixed.is_cut
    assert _page.page_of_rows([1, 2], 10) is None
    assert _page.page_of_rows([], 10) is None


def test_text_of_a_table(spark: Any) -> None:
    frame = spark.createDataFrame([("日本\n\x1b[31m", 1), (None, 22)], "name string, n int")
    assert _text.table(_page.page_of(frame, 20)) == "\n".join(
        [
            "+--------------+---+",
            "|name          |  n|",
            "+--------------+---+",
            "|日本\\n\\x1b[31m|  1|",
            "|NULL          | 22|",
            "+--------------+---+",
        ]
    )
    assert _text.table(_page.page_of(spark.range(5), 2)).endswith("only showing the first 2 rows")
