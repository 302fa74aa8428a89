"""``python -m tests.parity``: how much of PySpark's surface is here; ``make parity``.

Prints (a) public names and signatures present, different and missing, class by class, and
(b) PySpark's own docstring examples that pass, module by module. Compares both with
``reached.json`` and ``../doctest_exceptions.toml``; exit status 1 where a number fell or a list
is not what the run found. ``--update`` writes the numbers reached, unless one fell, and takes out
of the list what passes now.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from . import names, reached
from .examples import Module, run


def main() -> int:
    options = _options()
    groups = names.measure()
    _print_names(groups, options.verbose)
    found: dict[str, dict[str, dict[str, int]]] = {"names": names.totals(groups)}
    problems: list[str] = []
    if options.source is None or not (options.source / "sql").is_dir():
        where = options.source or "no folder is named"
        print(f"\nexamples: skipped, no source of PySpark ({where}); --source DIR names one")
    else:
        modules = _run_examples(options.source, options.only, options.verbose)
        if options.only:
            return 0
        if options.update:
            reached.unlist_what_passes(modules)
        known = reached.exceptions()
        unsteady = {name for name, cause in known.items() if cause.unsteady}
        found["examples"] = {m.path: m.counts(unsteady) for m in modules}
        problems += reached.wrongly_listed(modules, known)
    fallen = reached.fallen(found)
    problems += fallen
    if options.update and not fallen:
        reached.write(found)
    print("\n".join(["", *problems, f"{len(problems)} problems" if problems else "no number fell"]))
    return 1 if problems else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--source", type=Path, help="the folder pyspark of an installation")
    parser.add_argument("--only", default="", help="a part of the names of the docstrings to run")
    parser.add_argument("--update", action="store_true", help="write the numbers reached")
    parser.add_argument("-v", "--verbose", action="store_true", help="print what fails, and how")
    return parser.parse_args()


def _print_names(groups: list[names.Group], verbose: bool) -> None:
    row = "{:62} {:>6} {:>8} {:>6} {:>10} {:>8} {:>8}"
    print(row.format("public names", "names", "present", "same", "different", "missing", "unbuilt"))
    for group in groups:
        if group.different or group.missing or group.unbuilt:
            _print_group(row, group, verbose)
    print("(a class whose names are all here, with PySpark's signatures, has no line)\n")
    for area, counts in names.totals(groups).items():
        _print_counts(row, area, counts)
    _print_counts(row, "total", _sum(names.totals(groups).values()))


def _sum(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for some in counts:
        total.update(some)
    return dict(total)


def _print_counts(row: str, name: str, counts: dict[str, int]) -> None:
    every, present, same, built = counts.values()
    print(row.format(name, every, present, same, present - same, every - present, present - built))


def _print_group(row: str, group: names.Group, verbose: bool) -> None:
    missing, different, unbuilt = len(group.missing), len(group.different), len(group.unbuilt)
    present = group.names - missing
    same = len(group.same)
    print(row.format(group.name, group.names, present, same, different, missing, unbuilt))
    if verbose:
        for name, text in group.different.items():
            print(f"    different: {name}{text}")
        for kind, which in (("missing", group.missing), ("unbuilt", group.unbuilt)):
            if which:
                print(f"    {kind}: {' '.join(which)}")


def _run_examples(source: Path, only: str, verbose: bool) -> list[Module]:
    row = "{:34} {:>8} {:>8} {:>6}   {:>10} {:>6}"
    print("\n" + row.format("examples of", "examples", "pass", "%", "docstrings", "whole"))
    modules = []
    for module in run(source, only):
        modules.append(module)
        if verbose:
            for docstring in module.docstrings:
                if docstring.failed:
                    print(f"--- {module.path} {docstring.name}\n{docstring.said}")
        _print_module(row, module.path, [module])
    _print_module(row, "total", modules)
    return modules


def _print_module(row: str, name: str, modules: list[Module]) -> None:
    examples, passed, docstrings, whole = _sum(m.counts() for m in modules).values()
    if examples:
        share = f"{100 * passed / examples:.1f}"
        print(row.format(name, examples, passed, share, docstrings, whole), flush=True)


if __name__ == "__main__":
    sys.exit(main())
