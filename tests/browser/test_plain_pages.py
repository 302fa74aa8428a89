"""Pages that are no JupyterLab: an output is put in as markup and its scripts run afterwards,
with no module loader and no widgets, as VS Code and classic notebooks do it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api")
pytest.importorskip("nbformat")

from caudal.notebook.display import _html, _options, _page, _series, _whole  # noqa: E402

from .lab import CHROMIUM, FLAGS, Display  # noqa: E402

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine"),
]
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


@pytest.fixture
def page() -> Iterator[Page]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield Page(browser.new_page(viewport={"width": 900, "height": 700}))
        browser.close()


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
