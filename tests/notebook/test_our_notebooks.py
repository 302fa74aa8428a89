"""Our own notebooks run in the kernel, from first cell to last, and come to their results."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..kafka import brokers
from .kernels import Kernel, Shown

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


class Run:
    """A notebook that was run: what its code cells showed, and the values that they left.

    Parameters
    ----------
    kernel
        Where it runs; one of its own.
    name
        The notebook's name, without its ending.
    """

    def __init__(self, kernel: Kernel, name: str):
        self._kernel = kernel
        self.shown: list[Shown] = []
        for number, cell in enumerate(code_cells(name)):
            shown = kernel.run(cell)
            assert shown.error is None, f"code cell {number}: {shown.trace}"
            self.shown.append(shown)

    def __getitem__(self, expression: str) -> Any:
        return self._kernel.value(expression)

    @property
    def rich(self) -> list[dict[str, Any]]:
        """Pictures, charts and tables that were shown."""
        return [data for shown in self.shown for data in shown.rich]

    @property
    def stderr(self) -> str:
        """What was shown in red."""
        return "".join(shown.stderr for shown in self.shown)


def code_cells(name: str) -> list[str]:
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@pytest.fixture(params=["caudal"])
def own_kernel(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kernel]:
    kernel = Kernel(request.param, tmp_path)
    yield kernel
    kernel.stop()


@pytest.mark.parametrize("own_kernel", ["caudal", "python3"], indirect=True)
def test_eventos(own_kernel: Kernel) -> None:
    run = Run(own_kernel, "eventos")
    assert run["iguales"] is True
    assert run["[p['numInputRows'] for p in lotes]"] == [2000] * 50
    table = run.rich[-1]["text/plain"]
    assert "en_vivo · stopped" in table and "state rows 104" in table
    assert "|Open  |2016-07-26 02:00:00|  246|" in table
    assert run.stderr == ""


def test_mots(own_kernel: Kernel) -> None:
    run = Run(own_kernel, "mots")
    first = {"de": 1, "fleuve": 1, "la": 1, "le": 1, "naît": 1, "source": 1}
    second = {"fleuve": 2, "la": 2, "le": 2, "grossit": 1, "pluie": 1}
    third = {"fleuve": 3, "la": 3, "le": 3, "mer": 1, "va": 1, "à": 1}
    assert run["[{m: n for m, n in lot} for lot in changes]"] == [first, second, third]
    assert run["[{m: n for m, n in lot} for lot in complets]"] == [
        first,
        first | second,
        first | second | third,
    ]
    assert run["etat"] == 11
    assert run["refus"] == "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION"
    assert "text/html" in run.rich[0]


def test_notas_fiscais(own_kernel: Kernel) -> None:
    run = Run(own_kernel, "notas_fiscais")
    items = [run[f"sum(len(nota['InvoiceLineItems']) for nota in notas[:{n}])"] for n in (100, 125)]
    assert run["falhou"] is True
    assert (run["antes"], run["lidos"], run["depois"]) == (50, [25, 25], 100)
    assert run["prova"] == (items[0], 0, 0)
    assert run["com_perdido"] == items[0]
    assert run["novas"] == 25
    assert run["prova_final"] == (items[1], 0, 0)
    assert "Bookshelf" in run.rich[0]["text/plain"]


def test_marca_de_agua(own_kernel: Kernel) -> None:
    run = Run(own_kernel, "marca_de_agua")
    assert run["[(p['marca'], p['abiertas'], p['salen']) for p in pasos]"] == [
        ("09:59", 1, ""),
        ("10:04", 2, ""),
        ("10:14", 2, "10:00-10:10: 4"),
        ("10:16", 2, ""),
        ("10:28", 2, "10:10-10:20: 4"),
    ]
    assert run["tardios"] == ["10:03"]
    assert "Event times in hora must come to 2026-03-02T10:20" in run.shown[4].stdout
    assert "image/png" in run.rich[0]


def test_joins(own_kernel: Kernel) -> None:
    run = Run(own_kernel, "joins")
    assert run["priced_rows"] == {"priced": [(1, "tea", 4.5), (3, "figs", 6.0)]}
    assert run["state_of_priced"] == []
    assert (2, "coffee", None) in run["all_orders_rows"]["all_orders"]
    paid = [(10, "tea", "10:04")]
    assert run["[first, second, third, fourth]"] == [
        {"paid": [], "paid_or_not": []},
        {"paid": paid, "paid_or_not": paid},
        {"paid": [], "paid_or_not": []},
        {"paid": [], "paid_or_not": [(11, "rice", None), (12, "figs", None)]},
    ]
    assert run["watermark"] == "2026-03-02T10:30:00.000Z"
    assert (run["held_before"], run["held_after"]) == (5, 2)
    assert "not supported without a watermark" in run["refused"]


def test_testing(own_kernel: Kernel) -> None:
    run = Run(own_kernel, "testing")
    assert run["by_hand"] == [("north", 1), ("south", 1)]
    assert "=> CheckNewAnswer(('north', 1))" in run["message"]
    assert (run["before_the_hour"], run["batches"]) == ([], [3])
    pytest_said = run["run.returncode, run.stdout"]
    if "caudal_session' not found" in pytest_said[1]:
        pytest.skip("the package is not installed, so that pytest does not know its fixtures")
    assert pytest_said[0] == 0 and "3 passed" in pytest_said[1], pytest_said[1]


def test_kafka(own_kernel: Kernel) -> None:
    try:
        brokers.noida_program()
    except brokers.BrokerMissing as missing:
        pytest.skip(str(missing))
    run = Run(own_kernel, "kafka")
    assert run["visto"] == [(number, number, number) for number in range(20, 70, 10)]
    assert run["acabada"] is True
    assert run["siguen"] == ["avisos a Kafka"]


@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_notebooks_are_kept_without_output(notebook: Path) -> None:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]


def test_every_notebook_is_run_and_listed() -> None:
    names = {path.stem for path in NOTEBOOKS.glob("*.ipynb")}
    assert names == {n.removeprefix("test_") for n in globals()} & names
    listed = (NOTEBOOKS / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(names) if f"({name}.ipynb)" not in listed] == []
