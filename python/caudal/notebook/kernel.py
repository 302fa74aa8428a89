"""The kernel "Caudal": a Python kernel that is a hosted notebook from its first cell.

``caudal kernel install`` writes its description where Jupyter looks; Jupyter then starts
``python -m caudal.notebook.kernel``. It is IPython's own kernel with the extension loaded.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["NAME", "add_arguments", "main", "run", "specification"]

NAME = "caudal"
_NEEDED = "the kernel needs ipykernel: pip install 'caudal[notebook]'"


def main() -> None:
    """Runs the kernel, as Jupyter starts it; arguments are ipykernel's."""
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    from caudal._activate import activate

    # Before anything that a profile's start files import.
    activate()
    config = Config()
    config.InteractiveShellApp.extensions = ["caudal"]
    IPKernelApp.launch_instance(config=config)


def specification() -> dict[str, Any]:
    """What Jupyter is told: this Python, this module."""
    return {
        "argv": [sys.executable, "-m", "caudal.notebook.kernel", "-f", "{connection_file}"],
        "display_name": "Caudal (PySpark)",
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": {"debugger": True},
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``caudal kernel install`` and ``caudal kernel remove``."""
    actions = parser.add_subparsers(dest="action", required=True)
    install = actions.add_parser("install", help="let Jupyter offer the kernel")
    place = install.add_mutually_exclusive_group()
    place.add_argument("--user", action="store_true", help="for this user (the default)")
    place.add_argument("--sys-prefix", action="store_true", help="for this environment")
    place.add_argument("--prefix", help="in PREFIX/share/jupyter/kernels")
    install.add_argument("--name", default=NAME, help=f"its name for Jupyter (default {NAME})")
    remove = actions.add_parser("remove", help="let Jupyter forget the kernel")
    remove.add_argument("--name", default=NAME)


def run(given: argparse.Namespace) -> int:
    """Runs the command; the exit status."""
    try:
        import ipykernel  # noqa: F401
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError:
        print(f"caudal kernel: {_NEEDED}", file=sys.stderr)
        return 1
    manager = KernelSpecManager()
    if given.action == "remove":
        if given.name not in manager.find_kernel_specs():
            print(f"caudal kernel: there is no kernel {given.name!r}", file=sys.stderr)
            return 1
        print(f"removed {manager.remove_kernel_spec(given.name)}")
        return 0
    prefix = sys.prefix if given.sys_prefix else given.prefix
    with tempfile.TemporaryDirectory() as folder:
        description = Path(folder, "kernel.json")
        description.write_text(json.dumps(specification(), indent=1), encoding="utf-8")
        try:
            path = manager.install_kernel_spec(
                folder, given.name, user=prefix is None, prefix=prefix
            )
        except (OSError, ValueError) as error:
            print(f"caudal kernel: {error}", file=sys.stderr)
            return 1
    Path(path).chmod(0o755)
    print(f"the kernel {given.name!r} is in {path}; choose it in Jupyter, or run a notebook with")
    print(f"  jupyter execute --kernel_name={given.name} notebook.ipynb")
    return 0


if __name__ == "__main__":
    main()
