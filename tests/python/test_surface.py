"""What is public is there: names of modules, of functions, of classes."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import pytest

import caudal
from caudal.errors import PySparkNotImplementedError
from caudal.sql import DataFrame, SparkSession
from caudal.sql import functions as F
from conftest import recorded


def modules() -> list[str]:
    found = pkgutil.walk_packages(caudal.__path__, "caudal.")
    return [m.name for m in found if not m.name.endswith("__main__")]


@pytest.mark.parametrize("name", modules())
def test_every_module_imports_and_names_what_it_has(name: str) -> None:
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", ()):
        assert hasattr(module, public), f"{name}.{public}"


def test_every_recorded_function_exists() -> None:
    called = {re.match(r"F\.(\w+)", e["expr"])[1] for e in recorded("functions")}  # type: ignore[index]
    assert len(called) > 500
    assert [name for name in sorted(called) if not callable(getattr(F, name, None))] == []


def test_star_import_leaves_python_alone_where_pyspark_does() -> None:
    scope: dict[str, object] = {}
    exec("from caudal.sql.functions import *", scope)
    assert scope["sum"] is F.sum and scope["window"] is F.window
    assert not {"random", "uuid", "chr", "countDistinct"} & set(scope)


def test_functions_have_signatures_and_documentation() -> None:
    for name in F.__all__:
        function = getattr(F, name)
        if inspect.isfunction(function):
            assert function.__doc__, name
            assert inspect.signature(function).return_annotation is not inspect.Parameter.empty


@pytest.mark.parametrize("cls", [DataFrame, SparkSession])
def test_public_members_are_documented(cls: type) -> None:
    for name, member in inspect.getmembers(cls):
        if not name.startswith("_") and (
            inspect.isfunction(member) or isinstance(member, property)
        ):
            assert member.__doc__, f"{cls.__name__}.{name}"


def test_what_is_missing_names_itself(spark: SparkSession) -> None:
    frame = spark.range(1)
    for call, named in (
        (lambda: frame.write.jdbc("u", "t"), "DataFrameWriter.jdbc"),
        (lambda: spark.sparkContext.binaryFiles, "SparkContext.binaryFiles"),
        (lambda: frame.rdd.zip, "RDD.zip"),
        (lambda: SparkSession.builder.remote("sc://x"), "remote"),
    ):
        with pytest.raises(PySparkNotImplementedError, match=named):
            call()
