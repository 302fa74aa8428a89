"""Options of readers and writers: text by name, names without regard to case."""

from __future__ import annotations

import json
from typing import Any

from caudal.errors import IllegalArgumentException
from caudal.errors._native import _from_native
from caudal.sql._convert import not_expected, option_text, require


class Options:
    """The options so far; a later value wins over an earlier one of the same name."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def set(self, key: str, value: Any) -> None:
        """Sets an option: True becomes ``true``, None is dropped."""
        require(key, str, "key", "str")
        if value is not None and not isinstance(value, (bool, int, float, str)):
            not_expected("value", "bool, float, int, str or None", value)
        for known in list(self._values):
            if known.lower() == key.lower():
                del self._values[known]
        text = option_text(value)
        if text is not None:
            self._values[key] = text

    def update(self, options: dict[str, Any]) -> None:
        """Sets several options."""
        for key, value in options.items():
            self.set(key, value)

    def all(self) -> dict[str, str]:
        """A copy of all options."""
        return dict(self._values)

    def without_path(self) -> dict[str, str]:
        """A copy of all options but ``path``, which says where and not how."""
        return {key: value for key, value in self._values.items() if key.lower() != "path"}

    def path(self) -> str | None:
        """The option ``path``, or None."""
        return next((v for key, v in self._values.items() if key.lower() == "path"), None)


def paths_of(options: Options, given: list[str]) -> list[str]:
    """The paths of a read: those given to the call, else the option ``path``.

    Raises
    ------
    AnalysisException
        For both (``_LEGACY_ERROR_TEMP_1306``).
    IllegalArgumentException
        For an empty path.
    """
    option = options.path()
    if option is not None and given:
        setting = "spark.sql.legacy.pathOptionBehavior.enabled"
        raise _from_native(
            "AnalysisException",
            "There is a 'path' or 'paths' option set and load() is called with path parameters. "
            "Either remove the path option if it's the same as the path parameter, or add it to "
            "the load() parameter if you do want to read multiple paths. To ignore this check, "
            f"set '{setting}' to 'true'.",
            "_LEGACY_ERROR_TEMP_1306",
            {"config": setting},
            None,
            None,
        )
    paths = given if option is None else [option]
    if "" in paths:
        raise IllegalArgumentException("Can not create a Path from an empty string")
    return paths


def source_options(options: Options, given: list[str]) -> dict[str, str]:
    """All options of a source that is no file: paths are among them."""
    paths = paths_of(options, given)
    found = options.all()
    if len(paths) == 1:
        found.setdefault("path", paths[0])
    elif paths:
        found["paths"] = json.dumps(paths, separators=(",", ":"))
    return found


def one_path(options: Options, path: str | None, method: str) -> None:
    """Where a writer's rows go: the call's path, or the option `path`.

    Raises
    ------
    AnalysisException
        For both (``_LEGACY_ERROR_TEMP_1307``; of streams ``_LEGACY_ERROR_TEMP_1188``).
    """
    if path is None:
        return
    require(path, str, "path", "str")
    if options.path() is not None:
        setting = "spark.sql.legacy.pathOptionBehavior.enabled"
        raise _from_native(
            "AnalysisException",
            f"There is a 'path' option set and {method}() is called with a path parameter. "
            f"Either remove the path option, or call {method}() without the parameter. To ignore "
            f"this check, set '{setting}' to 'true'.",
            "_LEGACY_ERROR_TEMP_1307" if method == "save" else "_LEGACY_ERROR_TEMP_1188",
            {"config": setting} if method == "save" else {"method": method, "config": setting},
            None,
            None,
        )
    options.set("path", path)
