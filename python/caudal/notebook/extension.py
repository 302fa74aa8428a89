"""Making a running shell of IPython's a hosted notebook, and undoing it."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Mapping
from typing import Any

import caudal
from caudal._activate import activate
from caudal.notebook import course_helper, errors, exits, failures, hosted, progress, session
from caudal.notebook.cells import whole_cell_magics
from caudal.notebook.dbutils import DBUtils
from caudal.notebook.display import display, displayHTML
from caudal.notebook.magics import HostedMagics
from caudal.notebook.runs import Runs
from caudal.sql.context import SQLContext

__all__ = ["load", "unload"]

_HELPER = "databricks_test_helper"
# Where a shell keeps the magics that ours hide.
_HIDDEN = "_caudal_hidden_magics"
# Whether it was said what is not as in plain Spark.
_SAID = "_caudal_said"


def load(ip: Any) -> None:
    """Gives the shell `ip` what a hosted notebook has; loading twice changes nothing."""
    activate()
    spark, effects = session.start()
    ip.push(_variables(ip, spark), interactive=False)
    if whole_cell_magics not in ip.input_transformers_cleanup:
        ip.input_transformers_cleanup.append(whole_cell_magics)
    _register(ip)
    errors.install(ip)
    hosted.frames_display(True)
    exits.install(ip)
    failures.install(ip)
    progress.install(ip)
    if importlib.util.find_spec(_HELPER) is None:
        sys.modules[_HELPER] = course_helper
    _say(ip, effects)


def unload(ip: Any) -> None:
    """Takes the magics and the form of errors back; the session stays as it is."""
    if whole_cell_magics in ip.input_transformers_cleanup:
        ip.input_transformers_cleanup.remove(whole_cell_magics)
    _unregister(ip)
    errors.uninstall(ip)
    hosted.frames_display(False)
    exits.uninstall(ip)
    failures.uninstall(ip)
    progress.uninstall()
    session.leave_course_mode()


def _register(ip: Any) -> None:
    """Our magics, and what they hide: ``%%sh`` is one of IPython's, too."""
    if getattr(ip, _HIDDEN, None) is None:
        # IPython reads its own when they are first used: what is put away must be they.
        for name in HostedMagics.magics["line"]:
            ip.find_line_magic(name)
        for name in HostedMagics.magics["cell"]:
            ip.find_cell_magic(name)
        setattr(ip, _HIDDEN, {kind: dict(m) for kind, m in ip.magics_manager.magics.items()})
        ip.register_magics(HostedMagics(ip))


def _unregister(ip: Any) -> None:
    hidden = getattr(ip, _HIDDEN, None) or {}
    for kind, before in hidden.items():
        magics = ip.magics_manager.magics[kind]
        for name in HostedMagics.magics[kind]:
            magics.pop(name, None)
            if name in before:
                magics[name] = before[name]
    setattr(ip, _HIDDEN, None)
    setattr(ip, _SAID, False)


def _variables(ip: Any, spark: Any) -> dict[str, Any]:
    with warnings.catch_warnings():
        # It is the notebook that makes one, not its reader.
        warnings.simplefilter("ignore", FutureWarning)
        context = SQLContext(spark.sparkContext, spark)
    return {
        "spark": spark,
        "sc": spark.sparkContext,
        "sqlContext": context,
        "display": display,
        "displayHTML": displayHTML,
        "dbutils": _dbutils(ip),
        **hosted.functions(ip),
    }


def _dbutils(ip: Any) -> DBUtils:
    def apart(arguments: Mapping[str, str]) -> dict[str, Any]:
        """What a notebook begins with that another one runs."""
        variables = _variables(ip, session.another(session.current(ip.user_ns)))
        variables["dbutils"].widgets.give(arguments)
        return variables

    def session_of_notebook() -> Any:
        return session.current(ip.user_ns)

    return DBUtils(session_of_notebook, Runs(ip, apart))


def _say(ip: Any, effects: list[str]) -> None:
    """One note of what is not as in plain Spark: now, or with the first cell of a kernel that
    has just begun and has no cell to print into."""
    if not effects or getattr(ip, _SAID, False):
        return
    setattr(ip, _SAID, True)
    note = (
        f"Caudal answers for pyspark {caudal.__version__}, as in a hosted notebook: "
        + "; ".join(effects)
    )
    parent = getattr(ip, "get_parent", None)
    if parent is None or parent():
        print(note)
        return

    def say_once(_info: Any) -> None:
        ip.events.unregister("pre_run_cell", say_once)
        print(note)

    ip.events.register("pre_run_cell", say_once)
