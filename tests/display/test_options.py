"""Every option is used or refused by its name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from caudal.notebook.display import _html, _options, _page, display, displayHTML

from .parsed import Shown


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"charts": "bar"}, "no option 'charts'"),
        ({"keys": "id"}, r"display\(keys=…\) needs chart=…"),
        ({"chart": "radar"}, "the charts are bar, line"),
        ({"chart": "bar", "keys": "nope"}, "the columns are id"),
        ({"chart": "bar", "aggregation": "mode"}, "the aggregations are sum"),
        ({"chart": "bar", "bins": 3}, "has no use for 'bins'"),
        ({"chart": "histogram", "keys": "id"}, "has no use for 'keys'"),
        ({"chart": "histogram", "bins": 0}, "from 1 to 200"),
        ({"chart": "scatter", "aggregation": "sum"}, "has no use for 'aggregation'"),
        ({"chart": "bar", "stacked": 1}, "True or False"),
        ({"limit": 0}, "a number of rows"),
        ({"limit": True}, "a number of rows"),
        ({"streamName": "x"}, "'streamName' is for streams"),
    ],
)
def test_a_wrong_option_is_named(spark: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        display(spark.range(1), **options)


def test_a_wrong_option_runs_nothing(spark: Any) -> None:
    fails = spark.sql("select raise_error('computed') a")
    with pytest.raises(TypeError, match="no option"):
        display(fails, charts="bar")
    with pytest.raises(ValueError, match="the columns are a"):
        display(fails, chart="bar", keys="b")


def test_what_is_chosen_reaches_the_script(spark: Any) -> None:
    frame = spark.createDataFrame([("Open", 1, 2)], "action string, n int, m int")
    chart = _options.chart_of(
        {"chart": "bar", "keys": ["action"], "values": ["m", 1], "aggregation": "max",
         "stacked": False},
        frame.columns,
    )  # fmt: skip
    html = _html.document(_page.page_of(frame, 10), "key", chart)
    assert json.loads(Shown(html).attributes["data-chart"] or "") == {
        "kind": "bar",
        "keys": [0],
        "groups": [],
        "values": [2, 1],
        "aggregation": "max",
        "stacked": False,
        "bins": 10,
    }
    only = _options.chart_of({"chart": "pie"}, frame.columns)
    assert only is not None
    assert only.for_script() == {"kind": "pie", "stacked": True, "bins": 10}


def test_a_terminal_gets_text(spark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert display(spark.range(30).selectExpr("id * 2 as n"), chart="bar", keys="n") is None
    out = capsys.readouterr().out.splitlines()
    assert out[:4] == ["+---+", "|  n|", "+---+", "|  0|"]
    assert "only showing the first 20 rows" in out
    assert out[-1] == "(the chart is of all 30 rows)"
    display(spark.range(3), limit=2)
    assert capsys.readouterr().out.endswith("+---+\nonly showing the first 2 rows\n")
    display([{"a": 1}])
    assert capsys.readouterr().out == "+---+\n|  a|\n+---+\n|  1|\n+---+\n"
    displayHTML("<b>x</b>")
    assert capsys.readouterr().out == "<b>x</b>\n"
    with pytest.raises(TypeError, match="takes text"):
        displayHTML(1)  # type: ignore[arg-type]


def test_options_of_streams_are_checked_before_the_query_starts(spark: Any) -> None:
    stream = spark.readStream.format("rate").load()
    for options, said in (
        ({"interval": 0.01}, "0.1 seconds is the least"),
        ({"processingTime": "1 second", "availableNow": True}, "exclude each other"),
        ({"chart": "bar", "keys": "nope"}, "the columns are timestamp, value"),
        ({"table": "x"}, "no option 'table'"),
    ):
        with pytest.raises((TypeError, ValueError), match=said):
            display(stream, **options)
    with pytest.raises(TypeError, match="one call a stream"):
        display(stream, spark.range(1))
    assert spark.streams.active == []
