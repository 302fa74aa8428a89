"""The end of a notebook by ``dbutils.notebook.exit``: its cell is no failure, and what comes after
it does not run.

In a page the cells that wait behind it are told off, and a cell that the reader runs later runs.
A headless run (nbclient, ``jupyter execute``, nbconvert, papermill) sends one cell after the
other and stops for errors only: of it the cells that are left do nothing. Knows nothing of
what ran before.
"""

from __future__ import annotations

from typing import Any

from caudal.notebook.runs import NotebookExit, folders

__all__ = ["install", "uninstall"]

_STATE = "_caudal_exit"
_SKIPPED = ["pass\n"]


def install(shell: Any) -> None:
    """Notebooks end so from here on."""
    if getattr(shell, _STATE, None) is None:
        state = _Exit(shell)
        setattr(shell, _STATE, state)
        shell.events.register("post_run_cell", state.after_cell)
        # Before other transformers, which may read the cell as a magic.
        shell.input_transformers_cleanup.insert(0, state.transform)


def uninstall(shell: Any) -> None:
    """`NotebookExit` is an error like any other again."""
    state = getattr(shell, _STATE, None)
    if state is not None:
        shell.events.unregister("post_run_cell", state.after_cell)
        shell.input_transformers_cleanup.remove(state.transform)
        setattr(shell, _STATE, None)


class _Exit:
    """Whether the notebook of a shell has ended."""

    def __init__(self, shell: Any):
        self._shell = shell
        self._is_over = False

    def after_cell(self, result: Any) -> None:
        """Takes the exception of an exit from the cell's result, and ends the notebook."""
        if not isinstance(result.error_in_exec, NotebookExit) or len(folders(self._shell)) > 1:
            return
        result.error_in_exec = None
        self._is_over = True
        kernel = getattr(self._shell, "kernel", None)
        if kernel is not None:
            # What a kernel does after an error, whose reply this cell's is not.
            request = kernel.get_parent("shell") or {}
            subshell = request.get("header", {}).get("subshell_id")
            kernel._abort_queues(*([subshell] if subshell else []))

    def transform(self, lines: list[str]) -> list[str]:
        """A cell that a headless run sends after the end is empty; any other begins anew."""
        if not self._is_over:
            return lines
        if self._is_headless():
            return _SKIPPED
        self._is_over = False
        return lines

    def _is_headless(self) -> bool:
        """Whether nobody is there whom the kernel could ask."""
        kernel = getattr(self._shell, "kernel", None)
        request = {} if kernel is None else kernel.get_parent("shell") or {}
        is_cell = request.get("header", {}).get("msg_type") == "execute_request"
        return is_cell and not request.get("content", {}).get("allow_stdin", True)
