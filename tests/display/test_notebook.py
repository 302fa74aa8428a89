"""A notebook's kernel: what its outputs are, while a stream runs and when it has ended."""

from __future__ import annotations

import queue
from typing import Any

import pytest

from .parsed import Shown

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")
start_new_kernel = pytest.importorskip("jupyter_client.manager").start_new_kernel

START = """
from caudal.notebook.display import display, displayHTML
from caudal.sql import SparkSession
from caudal.testing import MemoryStream
spark = SparkSession.builder.master("local[1]").getOrCreate()
stream = MemoryStream(spark, "k string")
counts = stream.toDF().groupBy("k").count().orderBy("k")
"""


def run(*cells: str) -> list[list[Any]]:
    """The outputs of cells that one kernel runs after `START`."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code) for code in (START, *cells)]
    )
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return [cell.outputs for cell in notebook.cells[1:]]


def test_a_frame_is_html_and_text() -> None:
    [[output], [markup], [other]] = run(
        'display(spark.sql("select 1 a, null b"), chart="bar")',
        'displayHTML("<b>bold</b>")',
        "display({1: 2})",
    )
    shown = Shown(output.data["text/html"])
    assert shown.names == ["a", "b"] and shown.cells == [["1", None]]
    assert output.data["text/plain"].startswith("+---+----+\n|  a|b   |")
    assert markup.data["text/html"] == "<b>bold</b>"
    assert other.data["text/plain"] == "{1: 2}"


@pytest.mark.parametrize("widget", [False, True])
def test_a_stream_leaves_its_last_state_as_html(widget: bool) -> None:
    if widget:
        pytest.importorskip("anywidget")
    [outputs, following, nothing] = run(
        f'live = display(counts, chart="bar", streamName="counts", widget={widget})\nlive',
        'stream.addData("a", "b", "a")\n'
        "live.query.processAllAvailable()\n"
        'print(spark.table("counts").count())\n'
        "live.stop()",
        "live",
    )
    output, *kept = outputs
    # What a file would have kept of the widget is not needed any more.
    assert [o.data["text/html"] for o in kept] == ([""] if widget else [])
    shown = Shown(output.data["text/html"])
    assert shown.status == "■ counts · stopped"
    assert shown.cells == [["a", "2"], ["b", "1"]]
    assert "application/vnd.jupyter.widget-view+json" not in output.data
    assert output.data["text/plain"].splitlines()[1:4] == [
        "+---+-----+",
        "|k  |count|",
        "+---+-----+",
    ]
    assert [o.text for o in following] == ["2\n"]
    assert nothing == []


def test_a_widget_keeps_a_page_for_the_file() -> None:
    pytest.importorskip("anywidget")
    [[widget, kept], _] = run(
        'live = display(counts, chart="bar", streamName="counts", widget=True)',
        'stream.addData("a", "b", "a")\n'
        "live.query.processAllAvailable()\n"
        "import time\ntime.sleep(1.2)\n"
        'stream.addData("b")\n'
        "live.query.processAllAvailable()\n"
        "time.sleep(1)\n"
        # As where a kernel is killed.
        "from caudal.notebook.display import _live\n_live._running.clear()",
    )
    assert "application/vnd.jupyter.widget-view+json" in widget.data
    shown = Shown(kept.data["text/html"])
    assert shown.status == "● counts · running when this was saved"
    assert shown.cells == [["a", "2"], ["b", "2"]]


def test_a_cell_that_is_run_again_stops_what_it_showed() -> None:
    """The kernel knows cells and runs by its requests: here one cell seems to ask twice."""
    [_, outputs] = run(
        "first = display(counts, streamName='counts', widget=False)\nfirst._cell = ('here', '1')",
        "from caudal.notebook.display import _kernel\n"
        "_kernel.cell = lambda: ('here', '2')\n"
        "second = display(counts, streamName='counts', widget=False)\n"
        "print(first.query.isActive, second.query.isActive)\n"
        "_kernel.cell = lambda: ('there', '3')\n"
        "third = display(counts, streamName='others', widget=False)\n"
        "print(second.query.isActive)\n"
        "third.stop()\n"
        "second.stop()",
    )
    said = "".join(output.text for output in outputs if output.output_type == "stream")
    assert said == "False True\nTrue\n"


def test_an_interrupt_of_an_idle_kernel_stops_displays() -> None:
    manager, client = start_new_kernel()
    try:
        client.execute_interactive(f"{START}\nlive = display(counts, widget=False)", timeout=60)
        last = ""
        # One that comes before the kernel is idle again is not heard by anybody.
        while "stopped" not in last:
            manager.interrupt_kernel()
            last = newest_display(client) or last
        said: list[str] = []
        client.execute_interactive(
            "print(live.wait(60), live.query.isActive)",
            timeout=60,
            output_hook=lambda message: said.append(message["content"].get("text", "")),
        )
        assert "".join(said) == "True False\n"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def newest_display(client: Any) -> str | None:
    """The status of a display that was drawn anew within a second."""
    try:
        message = client.get_iopub_msg(timeout=1)
    except queue.Empty:
        return None
    if message["msg_type"] != "update_display_data":
        return None
    return Shown(message["content"]["data"]["text/html"]).status
