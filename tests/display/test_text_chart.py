"""Charts in a terminal."""

from __future__ import annotations

import io
from typing import Any

import pytest

from caudal.notebook.display import _options, _page, _series, _text_chart, display


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has block characters."""
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))


def drawn(frame: Any, width: int = 40, **options: Any) -> list[str]:
    page = _page.page_of(frame, 1000)
    chart = _options.chart_of(options, frame.columns)
    assert chart is not None
    chart = _series.first_choice(chart, page.headings, page.rows)
    return _text_chart.chart(page, chart, None, width).splitlines()


def test_bars_are_as_long_as_their_values(spark: Any) -> None:
    frame = spark.createDataFrame([("a", 8), ("bb", 4), ("a", 2), (None, 1)], "k string, n int")
    assert drawn(frame, 31, chart="bar", keys="k", values="n") == [
        "bar: sum of n by k",
        "a    ██████████████████████ 10",
        "bb   ████████▊ 4",
        "NULL ██▎ 1",
    ]


def test_groups_are_named_and_keys_said_once(spark: Any) -> None:
    frame = spark.sql(
        "select id div 2 as k, if(id % 2 = 0, 'x', 'y') as g, id + 1 as n from range(4)"
    )
    assert drawn(frame, 22, chart="line", keys="k", groups="g", values="n") == [
        "line: sum of n by k, g",
        "0 x ███▊ 1",
        "  y ███████▌ 2",
        "1 x ███████████▎ 3",
        "  y ███████████████ 4",
    ]


def test_below_zero_bars_go_to_the_left(spark: Any) -> None:
    frame = spark.createDataFrame([("a", -5), ("b", 5)], "k string, n int")
    assert drawn(frame, 18, chart="bar", keys="k", values="n")[1:] == [
        "a ██████ -5",
        "b       ██████ 5",
    ]


def test_a_pie_has_shares_and_histograms_bins(spark: Any) -> None:
    frame = spark.createDataFrame([("a", 1), ("b", 3)], "k string, n int")
    assert drawn(frame, 26, chart="pie", keys="k", values="n")[1:] == [
        "b 75.0 % ██████████████ 3",
        "a 25.0 % ████▋ 1",
    ]
    assert drawn(spark.range(10), 30, chart="histogram", values="id", bins=3) == [
        "histogram of id",
        "0 to 3 ███████████████ 3",
        "3 to 6 ███████████████ 3",
        "6 to 9 ████████████████████ 4",
    ]


def test_a_scatter_is_a_field_of_points(spark: Any) -> None:
    lines = drawn(spark.range(5).selectExpr("id", "id * id as n"), 30, chart="scatter", keys="id")
    assert lines[0] == "scatter: n by id"
    assert lines[1].startswith("16 |") and lines[1].endswith("•")
    assert lines[15].startswith(" 0 | •")
    assert lines[-1].split() == ["0", "4"]
    assert sum(line.count("•") for line in lines) == 5


def test_many_keys_end_somewhere(spark: Any) -> None:
    lines = drawn(spark.range(50), chart="bar", keys="id")
    assert len(lines) == 42 and lines[-1] == "… and 10 more"


@pytest.mark.parametrize(
    ("query", "options", "said"),
    [
        (
            "select 'a' as k, cast(null as int) as n",
            {"chart": "bar"},
            "There is no number to draw.",
        ),
        ("select 'a' as k, -1 as n", {"chart": "pie"}, "A pie has no place for values below zero."),
        ("select 'a' as k", {"chart": "histogram"}, "A histogram needs a column of numbers"),
        ("select 'a' as k, 1 as n", {"chart": "scatter"}, "A scatter needs numbers or moments"),
    ],
)
def test_where_there_is_nothing_to_draw_that_is_said(
    spark: Any, query: str, options: dict[str, Any], said: str
) -> None:
    assert drawn(spark.sql(query), **options)[1].startswith(said)


def test_a_terminal_without_blocks_has_signs(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    frame = spark.createDataFrame([("a", 2), ("b", 1)], "k string, n int")
    assert drawn(frame, 16, chart="bar", keys="k", values="n")[1:] == [
        "a ########### 2",
        "b ###### 1",
    ]


def test_display_draws_it_below_the_table(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setenv("COLUMNS", "60")
    frame = spark.range(100).selectExpr("id % 2 as k", "id as n")
    display(frame, chart="bar", keys="k", values="n", limit=2)
    out.flush()
    text = out.buffer.getvalue().decode().splitlines()
    assert text[-4:] == [
        "bar: sum of n by k",
        "0 " + "█" * 50 + " 2,450",
        "1 " + "█" * 51 + " 2,500",
        "(the chart is of all 100 rows)",
    ]


def test_histograms_of_moments_have_moments_at_their_edges(spark: Any) -> None:
    frame = spark.sql("select date_add(date'1969-12-30', cast(id as int)) as d from range(5)")
    lines = drawn(frame, 80, chart="histogram", values="d", bins=2)
    assert lines[1].startswith("1969-12-30 to 1970-01-01 ") and lines[1].endswith(" 2")
    assert lines[2].startswith("1970-01-01 to 1970-01-03 ") and lines[2].endswith(" 3")


@pytest.mark.parametrize("values", ["(1e308), (-1e308)", "(double('nan')), (null)"])
def test_a_histogram_without_bins_says_so(spark: Any, values: str) -> None:
    frame = spark.sql(f"select v from values {values} as t(v)")
    assert drawn(frame, 80, chart="histogram", values="v")[1].startswith("A histogram needs")


def test_a_chart_of_all_rows_is_drawn_of_them(
    spark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = spark.sql("select id, id as v from range(10000)")
    display(frame, chart="histogram", values="v", bins=4)
    display(frame, chart="scatter", keys="id", values="v")
    said = capsys.readouterr().out
    assert said.count(" 2,500\n") == 4
    assert "(the chart is of 2,000 rows, drawn at random from 10,000)" in said
