"""JupyterLab in Chromium: tables sort, charts are drawn of the data, live ones move and stop."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api")
for module in ("jupyterlab", "anywidget", "nbformat"):
    pytest.importorskip(module)

from .lab import CHROMIUM, FLAGS, SESSION, Display, Lab, server, write  # noqa: E402

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine"),
]
# Where pictures of what was seen are left.
PICTURES = Path(os.environ.get("CAUDAL_BROWSER_OUTPUT", "browser-output"))

ROWS = """display(spark.createDataFrame(
    [("Open", 9007199254740993, 2.5), ("Close", 9007199254740992, float("nan")),
     ("Open", 10, None), ("<img src=x onerror=window.hacked=1>", 9, 1e300)],
    "action string, n bigint, v double"))"""
HOURS = """hours = spark.range(72).selectExpr(
    "timestampadd(HOUR, cast(id div 3 as int), timestamp'2016-07-26 02:00:00') as time",
    "element_at(array('Open', 'Close', 'Idle'), cast(id % 3 as int) + 1) as action",
    "cast(500 + 400 * sin(id / 12) as int) as n", "id * 1.5 as v")
display(hours, chart="bar", keys="time", groups="action", values="n")"""
STREAM = """events = (spark.readStream.format("rate").option("rowsPerSecond", 40).load()
    .selectExpr("timestamp as time",
        "element_at(array('Open', 'Close', 'Idle'), cast(value % 3 as int) + 1) as action"))
counts = events.groupBy(F.window("time", "1 second"), "action").count().orderBy("window", "action")
live = display(counts, chart="bar", streamName="counts", processingTime="100 milliseconds")"""
TAIL = """tail = MemoryStream(spark, "n int")
tailed = display(tail.toDF(), streamName="tail", limit=50)"""

LEFT = """rows = MemoryStream(spark, "n int")
left = display(rows.toDF(), streamName="left")"""
EXIT = "dbutils.notebook.exit('early')"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    write(folder / "table.ipynb", ROWS, HOURS)
    write(folder / "live.ipynb", STREAM)
    write(folder / "plain.ipynb", STREAM.replace("streamName", "widget=False, streamName"))
    write(folder / "tail.ipynb", TAIL, "for i in range(80): tail.addData(i)")
    write(folder / "left.ipynb", LEFT, "rows.addData(1, 2)")
    write(folder / "exit.ipynb", "%load_ext caudal", EXIT, "print('of the ' + 'last cell')")
    PICTURES.mkdir(exist_ok=True)
    with server(folder) as address, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1180, "height": 1000})
        page.set_default_timeout(90_000)
        yield Lab(page, address)
        page.screenshot(path=PICTURES / "last.png")
        browser.close()


def test_a_table_sorts_and_its_markup_is_text(lab: Lab) -> None:
    lab.open("table.ipynb")
    lab.run_all()
    table = lab.display(0)
    head = table.root.locator("thead th[data-kind]")
    assert table.column(1) == ["9007199254740993", "9007199254740992", "10", "9"]
    head.nth(1).click()
    # As doubles the two large ones are the same.
    assert table.column(1) == ["9", "10", "9007199254740992", "9007199254740993"]
    assert head.nth(1).get_attribute("aria-sort") == "ascending"
    head.nth(2).click()
    assert table.column(2) == ["NULL", "2.5", "1.0E300", "NaN"]
    head.nth(2).click()
    assert table.column(2) == ["NaN", "1.0E300", "2.5", "NULL"]
    head.nth(2).click()
    assert table.column(1)[0] == "9007199254740993"
    assert table.column(0)[3] == "<img src=x onerror=window.hacked=1>"
    table.root.get_by_role("button", name="Chart").click()
    assert "hacked" in "".join(table.tips())
    assert lab.page.evaluate("window.hacked") is None


def test_a_chart_is_of_the_data(lab: Lab) -> None:
    chart = lab.display(1)
    bars = chart.tips()
    assert len(bars) == 72
    assert bars[0] == "2016-07-26 02:00:00\nOpen: 500"
    lab.page.screenshot(path=PICTURES / "table.png")
    chart.choose("Kind", "pie")
    chart.tick("Keys", "action")
    chart.tick("Keys", "time")
    values = [int(500 + 400 * math.sin(i / 12)) for i in range(72)]
    sums = {action: sum(values[i::3]) for i, action in enumerate(("Open", "Close", "Idle"))}
    slices = [tip.split(" (")[0] for tip in chart.tips()]
    largest_first = sorted(sums, key=lambda action: -sums[action])
    assert slices == [f"{action}\n{sums[action]:,}" for action in largest_first]
    for kind, marks in (("line", 3), ("area", 3), ("scatter", 72), ("histogram", 10)):
        chart.choose("Kind", kind)
        assert len(chart.tips()) == marks, kind
    chart.choose("Kind", "bar")
    chart.choose("Aggregation", "count")
    assert [tip.split("\n")[1] for tip in chart.tips()] == [
        f"{a}: 24" for a in ("Open", "Close", "Idle")
    ]
    assert lab.errors == []
    assert [url for url in lab.elsewhere if "caudal" in url] == []


@pytest.mark.parametrize("name", ["live.ipynb", "plain.ipynb"])
def test_a_live_chart_moves_and_stops(lab: Lab, name: str) -> None:
    lab.open(name)
    lab.run_all()
    live = lab.display()
    lab.until(lambda: len(live.tips()) >= 3, "there are bars")
    assert live.text("status") == "● counts · running"
    bars, batch = len(live.tips()), int(live.text("batch"))
    lab.until(lambda: len(live.tips()) >= bars + 3, "there are more bars")
    assert int(live.text("batch")) > batch
    assert live.text("input").endswith("rows/s") and live.text("duration").endswith("ms")
    lab.page.screenshot(path=PICTURES / f"{name.split('.')[0]}.png")
    # What the reader chose outlives the updates, and the end.
    live.choose("Kind", "line")
    stop = live.root.locator(".caudal-stop")
    if name == "live.ipynb":
        stop.click()
    else:
        assert stop.count() == 0 and "spark.streams.get(" in live.text("hint")
        run(lab, "live.stop()")
    lab.until(lambda: live.text("status") == "■ counts · stopped", "the display shows the end")
    assert stop.count() == 0
    assert live.root.locator("svg path").count() == 3
    assert lab.errors == []


def test_a_growing_table_is_followed(lab: Lab) -> None:
    lab.open("tail.ipynb")
    lab.run_all()
    live = lab.display()
    lab.until(lambda: live.column(0)[-1:] == ["79"], "the last row is there")
    assert live.column(0) == [str(n) for n in range(30, 80)]
    assert live.text("rows") == "the last 50 rows of 80; the chart is of these rows"
    assert live.root.locator("tbody th").last.inner_text() == "80"
    last = live.root.locator("tbody tr").last
    assert last.bounding_box()["y"] < live.root.locator(".caudal-rows").bounding_box()["y"]
    live.root.locator(".caudal-stop").click()
    lab.until(lambda: live.text("status") == "■ tail · stopped", "the display shows the end")
    assert live.column(0) == [str(n) for n in range(30, 80)]


def run(lab: Lab, code: str) -> Any:
    """Runs code in a cell below the last one."""
    lab.page.locator(".jp-CodeCell .jp-InputPrompt").last.click()
    lab.page.keyboard.press("b")
    lab.page.keyboard.press("Enter")
    lab.page.keyboard.insert_text(code)
    lab.page.keyboard.press("Control+Enter")


def test_a_display_outlives_its_kernel_and_its_file(lab: Lab) -> None:
    """What is seen where the kernel was started anew, and by who opens the file afterwards."""
    lab.open("left.ipynb")
    lab.run_all()
    live = lab.display()
    lab.until(lambda: live.column(0) == ["1", "2"], "the rows are there")
    kept = lab.page.locator("[data-caudal-kept]")
    rows = kept.locator("tbody td")
    lab.until(lambda: rows.all_text_contents() == ["1", "2"], "the page of the file has them")
    assert not kept.is_visible()
    lab.page.evaluate(f"() => {SESSION}.session.kernel.restart()")
    lab.until(lambda: "ended with the kernel" in live.text("status"), "the page knows")
    assert live.root.locator(".caudal-stop").is_disabled()
    assert live.column(0) == ["1", "2"]
    lab.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    lab.open("left.ipynb")
    kept = Display(lab, lab.page.locator("[data-caudal-kept] .caudal"))
    lab.until(lambda: kept.root.count() == 1, "the file has a page")
    assert kept.text("status") == "● left · running when this was saved"
    assert kept.column(0) == ["1", "2"]
    assert lab.errors == []


def test_an_exit_stops_all_cells_without_an_error(lab: Lab) -> None:
    lab.open("exit.ipynb")
    lab.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    prompts = lab.page.locator(".jp-CodeCell .jp-InputPrompt")
    said = lab.page.get_by_text("Notebook exited: early", exact=True)
    lab.until(lambda: said.count() == 1, "the notebook ended")
    lab.until(lambda: prompts.last.inner_text() == "[ ]:", "the last cell did not run")
    assert lab.page.get_by_text("of the last cell").count() == 0
    assert lab.errors == []
