"""Charts over all rows where the table shows only the first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from caudal.notebook.display import _html, _options, _page, _series, _whole, _whole_rows
from caudal.sql import functions as F

from .parsed import Shown


def whole(frame: Any, limit: int = 10, **options: Any) -> tuple[_whole.Whole | None, str]:
    page = _page.page_of(frame, limit)
    chart = _options.chart_of({"chart": "bar", **options}, frame.columns)
    assert chart is not None
    return _whole.whole_of(frame, _series.first_choice(chart, page.headings, page.rows), page)


@pytest.fixture
def rows(spark: Any) -> Any:
    """3,000 rows; a null and a value that is no finite number among them."""
    value = F.when(F.col("id") == 7, F.lit(None)).when(F.col("id") == 8, F.lit(float("nan")))
    return spark.range(3000).select(
        F.element_at(
            F.array(F.lit("Open"), F.lit("Close"), F.lit("Idle")), (F.col("id") % 3 + 1).cast("int")
        ).alias("action"),
        (F.col("id") % 2).alias("side"),
        value.otherwise(F.col("id").cast("double")).alias("v"),
    )


def numbers(found: _whole.Whole | None) -> dict[str, float]:
    assert found is not None
    [series] = _series.table_of(found.chart, found.headings, found.rows).series
    return series.points


@pytest.mark.parametrize("aggregation", ["sum", "avg", "min", "max", "count"])
def test_the_engine_aggregates_as_the_page_would(rows: Any, aggregation: str) -> None:
    found, _ = whole(rows, keys="action", values="v", aggregation=aggregation)
    assert found is not None
    assert found.total == 3000 and found.note == "the chart is of all 3,000 rows"
    page = _page.page_of(rows, 3000)
    assert not page.is_cut
    [all_of_them] = _series.table_of(found.asked, page.headings, page.rows).series
    assert numbers(found) == pytest.approx(all_of_them.points)
    assert list(numbers(found)) == ["Open", "Close", "Idle"]


def test_without_values_rows_are_counted(rows: Any) -> None:
    found, _ = whole(rows.select("action", "side"), keys="action", values=[])
    assert numbers(found) == {"Open": 1000, "Close": 1000, "Idle": 1000}


def test_groups_make_series_and_nothing_is_no_point(spark: Any) -> None:
    frame = spark.sql(
        "select id div 10 as k, case when id % 2 = 0 then 'even' else 'odd' end as g, "
        "case when id >= 10 or id % 2 = 0 then id end as v from range(20)"
    )
    found, _ = whole(frame, 5, keys="k", groups="g", values="v")
    assert found is not None
    series = _series.table_of(found.chart, found.headings, found.rows).series
    assert {one.name: one.points for one in series} == {
        "even": {"0": 20, "1": 70},
        "odd": {"1": 75},
    }


def test_moments_that_read_the_same_are_one_key(spark: Any) -> None:
    """The hour that a clock shows twice: two instants, one label, and one average."""
    spark.conf.set("spark.sql.session.timeZone", "Europe/Berlin")
    frame = spark.sql(
        "select timestamp'2024-10-27 00:30:00Z' + make_dt_interval(0, id % 2) as t, "
        "cast(id as double) as v from range(30)"
    )
    found, _ = whole(frame, keys="t", values="v", aggregation="avg")
    assert numbers(found) == {"2024-10-27 02:30:00": 14.5}


def test_windows_are_keys(spark: Any) -> None:
    frame = spark.sql(
        "select window(timestamp'2024-01-01' + make_dt_interval(0, 0, id), '1 hour') as w, id "
        "from range(120)"
    )
    found, _ = whole(frame, chart="line", keys="w", values="id", aggregation="count")
    assert list(numbers(found).values()) == [60, 60]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"chart": "scatter", "keys": "id", "values": "id"}, ""),
        ({"chart": "histogram", "values": "id"}, ""),
        ({"keys": "id", "values": "t"}, "its values are no numbers"),
        ({"keys": "m"}, "its keys cannot be grouped"),
        ({"keys": "id"}, "there are more than 10,000 keys"),
    ],
)
def test_what_cannot_be_aggregated_says_why(
    spark: Any, options: dict[str, Any], reason: str
) -> None:
    frame = spark.sql("select id, 'x' as t, parse_json('1') as m from range(10001)")
    assert whole(frame, **options) == (None, reason)


def test_the_page_carries_both_and_says_which(rows: Any) -> None:
    page = _page.page_of(rows, 10)
    chart = _options.chart_of({"chart": "bar", "keys": "action", "values": "v"}, rows.columns)
    assert chart is not None
    chart = _series.first_choice(chart, page.headings, page.rows)
    found, _ = _whole.whole_of(rows, chart, page)
    assert found is not None
    page.chart_note = found.note
    shown = Shown(_html.document(page, "key", chart, whole=found))
    assert shown.note == "the first 10 rows: there are more; the chart is of all 3,000 rows"
    assert len(shown.cells) == 10
    sent = json.loads(shown.attributes["data-whole"] or "")
    assert sent["asked"]["keys"] == [0] and sent["asked"]["aggregation"] == "sum"
    assert sent["columns"][1] == {"name": "v", "kind": "number"}
    assert len(sent["rows"]) == 3
    assert sent["notes"][1].endswith("there are more; the chart is of these rows")


def test_an_error_in_later_rows_is_not_hidden(spark: Any) -> None:
    frame = spark.range(100).select(
        "id", F.when(F.col("id") < 50, 1).otherwise(F.raise_error(F.lit("late"))).alias("v")
    )
    with pytest.raises(Exception, match="late"):
        whole(frame, keys="id", values="v")


# Bins and points.


def all_of(frame: Any, limit: int = 10, **options: Any) -> tuple[Any, str]:
    page = _page.page_of(frame, limit)
    chart = _options.chart_of(options, frame.columns)
    assert chart is not None
    chart = _series.first_choice(chart, page.headings, page.rows)
    make = {"histogram": _whole_rows.bins_of, "scatter": _whole_rows.points_of}[chart.kind]
    return make(frame, chart, page)  # type: ignore[operator, no-any-return]


def test_the_engine_counts_bins_as_the_page_would(rows: Any) -> None:
    found, _ = all_of(rows, chart="histogram", values=["v", "side"], bins=7)
    assert found.total == 3000 and found.note == "the chart is of all 3,000 rows"
    page = _page.page_of(rows, 3000)
    edges, counted = _series.histogram(found.asked, page.headings, page.rows)
    assert found.edges == edges
    assert found.counted == counted and sum(counted[0][1]) == 2998


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
@pytest.mark.parametrize(
    "moment",
    [
        "timestamp'2024-03-30 12:00:00Z' + make_dt_interval(0, id)",
        "date_add(date'1951-05-06', cast(id as int))",
        "timestamp_ntz'0044-03-15 12:00:00' + make_dt_interval(0, id)",
        "window(timestamp'2024-10-26' + make_dt_interval(0, id), '1 hour')",
    ],
)
def test_moments_fall_where_their_clock_says(spark: Any, zone: str, moment: str) -> None:
    spark.conf.set("spark.sql.session.timeZone", zone)
    frame = spark.sql(f"select {moment} as t from range(48)")
    found, _ = all_of(frame, chart="histogram", values="t", bins=6)
    page = _page.page_of(frame, 100)
    assert (found.edges, found.counted) == _series.histogram(found.asked, page.headings, page.rows)


@pytest.mark.parametrize(
    ("query", "edges", "counts"),
    [
        ("select cast(null as double) as v from range(20)", None, None),
        ("select double('nan') as v from range(20)", None, None),
        ("select v from values (-1e308), (1e308) t(v), range(20)", None, None),
        ("select 1e300 as v from range(20)", 11, 20),
        ("select 5 as v from range(20)", 11, 20),
        ("select cast(id as decimal(38, 10)) as v from range(20)", 11, 20),
    ],
)
def test_bins_of_odd_numbers(spark: Any, query: str, edges: int | None, counts: int | None) -> None:
    found, reason = all_of(spark.sql(query), chart="histogram", values="v")
    if edges is None:
        assert (found, reason) == (None, "")
    else:
        assert len(found.edges) == edges and sum(found.counted[0][1]) == counts


def test_a_histogram_chooses_a_column_of_numbers(spark: Any) -> None:
    found, _ = all_of(spark.range(50), chart="histogram")
    assert found.counted == [("id", [5] * 10)]


def test_points_are_drawn_from_all_rows(spark: Any) -> None:
    frame = spark.sql("select id, if(id % 2 = 0, id * 2.0, null) as v, 'g' as g from range(100000)")
    found, _ = all_of(frame, chart="scatter", keys="id", values="v")
    assert (found.total, found.drawn) == (50_000, 2000)
    assert found.note == "the chart is of 2,000 rows, drawn at random from 50,000"
    points = [(int(row[0]), float(row[1])) for row in found.rows]
    assert all(v == 2 * key for key, v in points) and len(set(points)) == 2000
    # From all of them, not from the first.
    quarters = [sum(1 for key, _ in points if key // 25_000 == n) for n in range(4)]
    assert min(quarters) > 400
    again, _ = all_of(frame, chart="scatter", keys="id", values="v")
    assert again.rows == found.rows


def test_few_points_are_all_of_them(spark: Any) -> None:
    frame = spark.sql("select id, id as v, id % 2 as g from range(30)")
    found, _ = all_of(frame, chart="scatter", keys="id", values="v", groups="g")
    assert found.note == "the chart is of all 30 rows with numbers"
    assert [row[0] for row in found.rows][:10] == [str(n) for n in range(10)]
    assert found.chart.groups == [1] and len(found.rows) == 30


def test_texts_have_no_bins_and_no_points(spark: Any) -> None:
    frame = spark.sql("select id, 'x' as t from range(30)")
    assert all_of(frame, chart="histogram", values="t") == (None, "its values are no numbers")
    assert all_of(frame, chart="scatter", keys="id", values="t") == (
        None,
        "its values are no numbers",
    )
