"""The examples of the notebook package's docstrings run."""

from __future__ import annotations

import ast
import doctest
import importlib
import json
from typing import Any

import pytest

MODULES = (
    "cells course_helper dbutils files secrets sql "
    "convert.document convert.gone convert.prints convert.python2"
).split()


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str, spark: Any) -> None:
    module = importlib.import_module(f"caudal.notebook.{name}")
    scope = vars(module) | {"spark": spark, "ast": ast, "json": json}
    # A class says that it lives in pyspark where another test has activated that name.
    homes = (f"caudal.notebook.{name}", f"pyspark.notebook.{name}")
    own = [v for v in vars(module).values() if getattr(v, "__module__", None) in homes]
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    for member in own:
        for test in finder.find(member, module=False, globs=scope):
            runner.run(test)
    ran = runner.summarize()
    assert ran.attempted > 0
    assert ran.failed == 0
