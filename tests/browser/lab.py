"""JupyterLab with a notebook, and Chromium that looks at it: what the tests of displays drive."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat

CHROMIUM = shutil.which(os.environ.get("CAUDAL_CHROMIUM", "chromium"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SERVER_FLAGS = [
    "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=",
    "--ServerApp.port_retries=0", "--LabApp.expose_app_in_browser=True",
    "--LabApp.news_url=None", "--LabApp.check_for_updates_class="
    "jupyterlab.handlers.announcements.NeverCheckForUpdate",
]  # fmt: skip
SESSION = "window.jupyterapp?.shell?.currentWidget?.sessionContext"
START = """from caudal.sql import SparkSession, functions as F
from caudal.notebook.display import display
from caudal.testing import MemoryStream
spark = (SparkSession.builder.master("local[1]")
    .config("spark.sql.session.timeZone", "UTC").getOrCreate())"""


def write(path: Path, *cells: str) -> None:
    """A notebook whose first cell makes the session."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code) for code in (START, *cells)]
    )
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """JupyterLab over a folder; its address. Its own settings stay in the folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        f"JUPYTER_{kind}_DIR": str(folder / ".jupyter" / kind.lower())
        for kind in ("CONFIG", "RUNTIME")
    }
    command = [sys.executable, "-m", "jupyterlab", *SERVER_FLAGS, f"--ServerApp.port={port}"]
    with (folder / "lab.log").open("w") as log:
        process = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={folder}"],
            env={**os.environ, **own},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _answers(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            # The first asks whether to stop, the second stops the kernels and leaves.
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("JupyterLab does not answer; see lab.log in the test's folder")


class Lab:
    """A page of JupyterLab."""

    def __init__(self, page: Any, address: str):
        self.page = page
        self.address = address
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def open(self, name: str) -> None:
        """Opens a notebook and waits for its kernel."""
        self.page.goto(f"{self.address}/lab/tree/{name}?reset")
        self.page.wait_for_selector(".jp-NotebookPanel-notebook")
        # What is run before asks which kernel to take.
        self.page.wait_for_function(f"{SESSION}?.session?.kernel?.status === 'idle'")

    def run_all(self) -> None:
        """Runs every cell and waits until the last one ran."""
        self.page.evaluate(
            "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
        )
        last = self.page.locator(".jp-CodeCell .jp-InputPrompt").last
        self.until(lambda: last.inner_text().strip("[]: \n").isdigit(), "the last cell ran")

    def until(self, holds: Any, what: str, seconds: float = 180) -> None:
        """Waits until something holds."""
        end = time.monotonic() + seconds
        errors = self.page.locator("[data-mime-type='application/vnd.jupyter.error']")
        while not holds():
            assert errors.count() == 0, errors.first.inner_text()
            assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
            self.page.wait_for_timeout(50)

    def display(self, number: int = 0) -> Display:
        """A display on the page, counted from its top."""
        return Display(self, self.page.locator(".caudal").nth(number))


class Display:
    """One display on the page."""

    def __init__(self, lab: Lab, root: Any):
        self.lab = lab
        self.root = root

    def text(self, name: str) -> str:
        """The text of one of its parts."""
        said: str = self.root.locator(f".caudal-{name}").inner_text()
        return said

    def column(self, position: int) -> list[str]:
        """The cells of a column, as they stand there."""
        cells: list[str] = self.root.locator(
            f"tbody tr td:nth-child({position + 2})"
        ).all_inner_texts()
        return cells

    def tips(self) -> list[str]:
        """What the chart's marks say of themselves."""
        return [mark.get_attribute("data-tip") for mark in self.root.locator("[data-tip]").all()]

    def choose(self, name: str, value: str) -> None:
        """Chooses from one of the chart's lists."""
        label = self.root.locator("label.caudal-control", has_text=name)
        label.locator("select").select_option(value)

    def tick(self, name: str, column: str) -> None:
        """Ticks a column in one of the chart's folded lists, or takes its tick away."""
        fold = self.root.locator("span.caudal-control").filter(has_text=re.compile(f"^{name}"))
        if fold.locator("details").get_attribute("open") is None:
            fold.locator("summary").click()
        fold.locator("label").filter(has_text=re.compile(f"^ ?{column}$")).locator("input").click()
