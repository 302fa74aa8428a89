"""Options of readers and writers: text by name, names without regard to case."""

from __future__ import annotations

from typing import Any

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
