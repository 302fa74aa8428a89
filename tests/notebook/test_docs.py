"""The examples of the notebook package's docstrings run."""

from __future__ import annotations

import ast
import doctest
import importlib
import json
from typing import Any

import pytest

MODULES = (
    "cells course_helper dbutils files sql convert.document convert.prints convert.python2"
).split()


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str, spark: Any) -> None:
    module = importlib.import_module(f"caudal.notebook.{name}")
    scope = {"spark": spark, "ast": ast, "json": json}
    ran = doctest.testmod(module, extraglobs=scope)
    assert ran.attempted > 0
    assert ran.failed == 0
