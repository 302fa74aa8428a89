"""The command ``caudal``: run a PySpark program, feed a socket, check an installation, and what
notebooks need (a kernel, conversion)."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import platform
import runpy
import sys
from collections.abc import Sequence

from caudal import feed
from caudal.notebook import kernel
from caudal.notebook.convert import command as convert

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command.

    Parameters
    ----------
    argv
        The arguments; those of the process without it.

    Returns
    -------
    int
        The exit status.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    # What follows the program belongs to the program, options included.
    if arguments[:1] == ["run"] and len(arguments) > 1 and not arguments[1].startswith("-"):
        return _run(arguments[1], arguments[2:])
    parser = argparse.ArgumentParser(prog="caudal", description="PySpark programs without a JVM.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a program whose imports say pyspark")
    run.add_argument("program")
    run.add_argument("arguments", nargs=argparse.REMAINDER)
    commands.add_parser("doctor", help="print versions and problems")
    feed.add_arguments(commands.add_parser("feed", help="serve typed lines or a file over TCP"))
    kernel.add_arguments(commands.add_parser("kernel", help="a kernel for Jupyter"))
    convert.add_arguments(commands.add_parser("convert", help="a notebook's file as one that runs"))
    given = parser.parse_args(arguments)
    if given.command == "run":
        return _run(given.program, given.arguments)
    if given.command == "feed":
        return feed.run(given)
    if given.command == "convert":
        return convert.run(given)
    if given.command == "kernel":
        return kernel.run(given)
    return _doctor()


def _run(program: str, arguments: list[str]) -> int:
    """Runs a program as ``__main__`` with its own ``sys.argv``."""
    from caudal._activate import activate

    if not os.path.exists(program):
        print(f"caudal: no such program: {program}", file=sys.stderr)
        return 2
    activate()
    before = sys.argv, list(sys.path)
    sys.argv = [program, *arguments]
    # As `python program.py` does: imports beside the program work.
    sys.path.insert(0, os.path.dirname(os.path.abspath(program)))
    try:
        runpy.run_path(program, run_name="__main__")
    finally:
        sys.argv, sys.path[:] = before
    return 0


def _doctor() -> int:
    problems: list[str] = []
    print(f"caudal   {_version('caudal')} (answers as Spark 4.3.0)")
    print(f"python   {platform.python_version()} ({platform.platform()})")
    try:
        from caudal import _native

        print(f"core     {_native.VERSION}")
    except ImportError as error:
        print("core     missing")
        problems.append(f"the compiled core cannot be imported: {error}")
    for name, use in (("pyarrow", "toArrow, toPandas"), ("pandas", "toPandas")):
        version = _version(name)
        print(f"{name:8} {version or 'not installed'}")
        if version is None:
            problems.append(f"{name} is not installed: no {use} (pip install {name})")
    if _version("pyspark") is not None:
        problems.append(
            "a real pyspark is installed: 'caudal run' and caudal.activate() answer for it, but "
            "only where it was not imported before"
        )
    for problem in problems:
        print(f"problem  {problem}")
    if not problems:
        print("no problem found")
    return 1 if any("core" in problem for problem in problems) else 0


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        spec = importlib.util.find_spec(package)
        return None if spec is None else "(from a source tree)"


if __name__ == "__main__":
    sys.exit(main())
