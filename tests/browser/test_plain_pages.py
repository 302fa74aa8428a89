"""Pages that are no JupyterLab: an output is put in as markup and its scripts run afterwards,
with no module loader and no widgets, as VS Code and classic notebooks do it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api")
pytest.importorskip("nbformat")

from caudal.notebook.display import (  # noqa: E402
    _html,
    _options,
    _page,
    _series,
    _whole,
    _whole_rows,
)

from .lab import CHROMIUM, FLAGS, Display  # noqa: E402

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine"),
]
# A page keeps what its reader chose of a display, by the display's name.
NUMBERS = itertools.count()
PUT = """html => {
    const host = document.querySelector("#output");
    host.innerHTML = html;
    for (const old of host.querySelectorAll("script")) {
        const script = document.createElement("script");
        script.textContent = old.textContent;
        old.replaceWith(script);
    }
}"""


class Page:
    """A page with one output."""

    def __init__(self, page: Any):
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_content("<!doctype html><div id=output></div>")

    def put(self, html: str) -> Display:
        """Puts an output in the place of the one before."""
        self.page.evaluate(PUT, html)
        return Display(None, self.page.locator(".caudal"))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Page]:
    opened = chromium.new_page(viewport={"width": 900, "height": 700})
    yield Page(opened)
    opened.close()


def test_a_chart_of_all_rows_says_so_until_another_is_chosen(spark: Any, page: Page) -> None:
    frame = spark.sql("select if(id % 2 = 0, 'even', 'odd') as k, id as n from range(5000)")
    asked = _options.chart_of({"chart": "bar", "keys": "k", "values": "n"}, frame.columns)
    shown = _page.page_of(frame, 10)
    assert asked is not None
    chart = _series.first_choice(asked, shown.headings, shown.rows)
    whole, _ = _whole.whole_of(frame, chart, shown)
    assert whole is not None
    shown.chart_note = whole.note
    display = page.put(_html.document(shown, "one", chart, whole=whole))
    everything = ["even\nn: 6,247,500", "odd\nn: 6,250,000"]
    assert display.tips() == everything
    assert display.text("rows").endswith("the chart is of all 5,000 rows")
    display.choose("Kind", "line")
    assert display.text("rows").endswith("the chart is of all 5,000 rows")
    display.choose("Kind", "bar")
    display.choose("Aggregation", "max")
    assert display.tips() == ["even\nn: 8", "odd\nn: 9"]
    assert display.text("rows").endswith("the chart is of these rows")
    display.choose("Aggregation", "sum")
    assert display.tips() == everything
    assert page.errors == []


def test_an_output_that_is_drawn_anew_keeps_its_script_and_choice(spark: Any, page: Page) -> None:
    frame = spark.sql("select id as k, id * 10 as n from range(3)")
    asked = _options.chart_of({"chart": "bar", "keys": "k", "values": "n"}, frame.columns)
    first = page.put(_html.document(_page.page_of(frame, 10), "two", asked))
    first.choose("Kind", "line")
    # What a live display without widgets sends: markup anew, without the script.
    more = _page.page_of(spark.sql("select id as k, id * 10 as n from range(5)"), 10)
    again = page.put(_html.document(more, "two", asked, with_script=False))
    assert again.root.locator("svg path").count() == 1
    assert len(again.tips()) == 5
    assert page.errors == []


def put_whole(spark: Any, page: Page, query: str, limit: int = 10, **options: Any) -> Display:
    """A display as `display(frame, …)` would put it there."""
    frame = spark.sql(query)
    shown = _page.page_of(frame, limit)
    chart = _options.chart_of(options, frame.columns)
    assert chart is not None
    chart = _series.first_choice(chart, shown.headings, shown.rows)
    make = {"histogram": _whole_rows.bins_of, "scatter": _whole_rows.points_of}
    whole = None
    if shown.is_cut:
        whole, _ = make.get(chart.kind, _whole.whole_of)(frame, chart, shown)  # type: ignore[operator]
        shown.chart_note = whole and whole.note
    return page.put(_html.document(shown, f"display {next(NUMBERS)}", chart, whole=whole))


def test_a_histogram_of_all_rows(spark: Any, page: Page) -> None:
    query = "select id, id * 1.0 as v from range(5000)"
    display = put_whole(spark, page, query, chart="histogram", values="v", bins=5)
    assert [tip.split(": ")[1] for tip in display.tips()] == ["1000"] * 5
    assert display.text("rows").endswith("; the chart is of all 5,000 rows")
    box = display.root.locator("input[type=number]")
    box.fill("3")
    box.dispatch_event("change")
    assert [tip.split(": ")[1] for tip in display.tips()] == ["3", "3", "4"]
    assert display.text("rows").endswith("; the chart is of these rows")
    moments = "select timestamp_seconds(id - 1000) as t from range(5000)"
    display = put_whole(spark, page, moments, chart="histogram", values="t", bins=2)
    assert display.tips()[0].startswith("23:43:20.000 to ")
    # What a reader chooses without a column of numbers chosen.
    query = "select 'a' as k, id as n from range(3)"
    display = put_whole(spark, page, query, chart="bar", values=[])
    display.choose("Kind", "histogram")
    assert len(display.tips()) == 3
    assert page.errors == []


def test_a_scatter_of_all_rows_is_a_sample_and_says_so(spark: Any, page: Page) -> None:
    query = "select id, id * 2 as v, id % 2 as g from range(5000)"
    display = put_whole(spark, page, query, chart="scatter", keys="id", values="v", groups="g")
    assert len(display.tips()) == 2000
    note = (
        "the first 10 rows: there are more; the chart is of 2,000 rows, drawn at random from 5,000"
    )
    assert display.text("rows") == note
    # A sample is no answer to what aggregates.
    display.choose("Kind", "bar")
    assert len(display.tips()) == 10
    assert display.text("rows").endswith("; the chart is of these rows")
    display.choose("Kind", "scatter")
    assert len(display.tips()) == 2000
    assert page.errors == []


@pytest.mark.parametrize(
    "values",
    [
        "('a', double('nan'))",
        "('a', double('infinity')), ('b', -double('infinity')), (null, null)",
        "('a', 1e308), ('b', -1e308)",
        "('a', 1e300)",
        "('a', 5.0)",
        "('a', 0.0), ('b', -0.0), ('c', 4.9e-324)",
        "('<script>window.hacked=1</script>', 1), ('\"><img src=x onerror=window.hacked=1>', 2)",
        "('שלום עולם', 1.0), ('مرحبا', 2.0)",
    ],
)
def test_odd_values_are_drawn_or_told_of(spark: Any, page: Page, values: str) -> None:
    query = f"select k as `<b>k</b>`, v as `<i>v` from values {values} as t(k, v)"
    for kind in _options.KINDS:
        given = {"values": 1} if kind == "histogram" else {"keys": 0, "values": 1}
        display = put_whole(spark, page, query, chart=kind, **given)
        plot = display.root.locator(".caudal-plot")
        assert plot.locator("svg").count() or plot.locator(".caudal-note").inner_text(), kind
        drawn = plot.inner_html()
        assert "NaN" not in drawn.replace(">NaN<", "") and "Infinity" not in drawn, kind
    assert page.page.evaluate("window.hacked") is None
    assert page.errors == []


def test_an_empty_frame_and_old_dates(spark: Any, page: Page) -> None:
    empty = "select 1 as a, 'x' as b where false"
    display = put_whole(spark, page, empty, chart="bar", keys="b", values="a")
    assert "no number to draw" in display.root.locator(".caudal-plot .caudal-note").inner_text()
    old = "select make_date(y, 7, 1) as d, y from values (44), (1582), (1969), (2024) as t(y)"
    display = put_whole(spark, page, old, chart="line", keys="d", values="y")
    marks = display.root.locator("circle").all()
    across = [float(mark.get_attribute("cx")) for mark in marks]
    years = [44, 1582, 1969, 2024]
    share = [(x - across[0]) / (across[-1] - across[0]) for x in across]
    assert share == pytest.approx([(y - 44) / (2024 - 44) for y in years], abs=0.01)
    assert page.errors == []


def test_everything_can_be_done_by_keyboard(spark: Any, page: Page) -> None:
    query = "select id % 3 as k, id as n, id * 2 as m from range(9)"
    display = put_whole(spark, page, query, chart="bar", keys="k", values="n")
    keys = page.page.keyboard
    assert display.root.locator("svg").get_attribute("aria-label") == "bar: sum of n by k"
    display.root.locator("[data-control=Values]").focus()
    keys.press("Enter")
    for _ in range(3):
        keys.press("Tab")
    keys.press("Space")
    # The list is made anew with the choice, and the next key goes where this one went.
    focused = "() => document.activeElement.dataset.control"
    assert page.page.evaluate(focused) == "Values 2"
    assert display.root.locator("svg").get_attribute("aria-label") == "bar: sum of n, m by k"
    keys.press("Space")
    assert display.root.locator("svg").get_attribute("aria-label") == "bar: sum of n by k"
    keys.press("Escape")
    assert page.page.evaluate(focused) == "Values"
    display.root.get_by_role("button", name="Table").focus()
    keys.press("Enter")
    head = display.root.locator("thead th[data-kind]").nth(1)
    head.focus()
    keys.press("Space")
    keys.press("Space")
    assert display.column(1) == [str(n) for n in range(8, -1, -1)]
    assert page.errors == []
