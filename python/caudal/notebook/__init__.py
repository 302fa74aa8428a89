"""Notebooks: ``%load_ext caudal``, or the kernel, makes one that a hosted notebook's cells run in.

`session` starts Spark, `cells` and `magics` read ``%sql`` and its like, `files` and `dbutils` are
the files, `errors` what a failed cell says, `display` what is shown. Only this
package knows IPython, and only once it is asked for.
"""

from __future__ import annotations

from typing import Any

__all__ = ["load_ipython_extension", "unload_ipython_extension"]


def load_ipython_extension(ip: Any) -> None:
    """What ``%load_ext caudal`` runs.

    ``import pyspark`` leads to Caudal from here on; ``spark``, ``sc``, ``sqlContext``,
    ``display``, ``displayHTML`` and ``dbutils`` are the notebook's variables, and the magics of
    hosted notebooks are there.

    Parameters
    ----------
    ip
        IPython's shell.

    Raises
    ------
    ImportError
        Where a real pyspark is imported already.
    """
    from caudal.notebook.extension import load

    load(ip)


def unload_ipython_extension(ip: Any) -> None:
    """What ``%unload_ext caudal`` runs: the magics and the way errors are shown are IPython's
    again; variables, session and ``import pyspark`` stay."""
    from caudal.notebook.extension import unload

    unload(ip)
