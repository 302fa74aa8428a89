"""A running kernel for tests: cells go in, what Jupyter would show comes out."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from caudal.notebook.kernel import specification

# Long: a machine that compiles beside the tests starts a kernel in half a minute.
SECONDS = 120
PYTHON_TREE = Path(__file__).resolve().parent.parent.parent / "python"


@dataclass
class Shown:
    """What a cell showed: printed text, rich outputs by their types, and its error."""

    stdout: str = ""
    stderr: str = ""
    rich: list[dict[str, Any]] = field(default_factory=list)
    # The value that the cell ended with, as text.
    result: str | None = None
    error: tuple[str, str] | None = None
    trace: str = ""
    status: str = ""

    def take(self, message: dict[str, Any]) -> None:
        """A message of the kernel's."""
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "stream":
            setattr(self, content["name"], getattr(self, content["name"]) + content["text"])
        elif kind in ("display_data", "update_display_data"):
            self.rich.append(content["data"])
        elif kind == "execute_result":
            self.result = content["data"]["text/plain"]
        elif kind == "error":
            self.error = (content["ename"], content["evalue"])
            self.trace = "\n".join(content["traceback"])


class Kernel:
    """A kernel in a process of its own; `name` is ``caudal`` or ``python3``."""

    def __init__(self, name: str, folder: Path):
        self._manager = _Manager(name)
        environment = {
            **os.environ,
            "IPYTHONDIR": str(folder / ".ipython"),
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(PYTHON_TREE), os.environ.get("PYTHONPATH", "")])
            ),
        }
        self._manager.start_kernel(cwd=str(folder), env=environment)
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=SECONDS)

    def run(
        self, cell: str, seconds: float = SECONDS, told: Callable[[str], None] | None = None
    ) -> Shown:
        """Runs a cell to its end. `told` is called with what it prints, as it prints it."""
        shown = Shown()

        def take(message: dict[str, Any]) -> None:
            shown.take(message)
            if told is not None and message["header"]["msg_type"] == "stream":
                told(message["content"]["text"])

        reply = self._client.execute_interactive(cell, timeout=seconds, output_hook=take)
        shown.status = reply["content"]["status"]
        return shown

    def value(self, expression: str) -> Any:
        """A Python value of the kernel's, through its text."""
        import ast

        shown = self.run(f"print(repr(({expression})), end='')")
        assert shown.error is None, shown.error
        return ast.literal_eval(shown.stdout)

    def interrupt(self) -> None:
        """What the stop button does."""
        self._manager.interrupt_kernel()

    def stop(self) -> None:
        """Ends the process."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


class _Manager(KernelManager):
    """Starts this Python's kernel, whatever kernels the machine has."""

    def __init__(self, name: str):
        super().__init__()
        module = {"caudal": "caudal.notebook.kernel", "python3": "ipykernel_launcher"}[name]
        described = specification()
        described["argv"][2] = module
        self._described = KernelSpec(**described)

    @property
    def kernel_spec(self) -> KernelSpec:
        return self._described
