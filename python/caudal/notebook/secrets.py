"""``dbutils.secrets``: values that a notebook uses and does not show.

They come from the environment (``CAUDAL_SECRET__SCOPE__KEY``) and from a file of JSON that the
setting ``spark.caudal.secrets.file`` names: ``{"scope": {"key": "value"}}``. A value that was
asked for is ``[REDACTED]`` in everything that the notebook shows (`caudal.notebook.redaction`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from caudal.errors import PySparkValueError
from caudal.notebook import redaction

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession

__all__ = ["SecretMetadata", "SecretScope", "Secrets"]

SETTING = "spark.caudal.secrets.file"
_PREFIX = "CAUDAL_SECRET__"


class SecretScope(NamedTuple):
    """A group of secrets."""

    name: str

    def getName(self) -> str:
        """Its name."""
        return self.name


class SecretMetadata(NamedTuple):
    """What may be seen of a secret."""

    key: str


class Secrets:
    """``dbutils.secrets``.

    Parameters
    ----------
    session
        Gives the session, whose setting names the file.

    Examples
    --------
    >>> import os
    >>> os.environ["CAUDAL_SECRET__LAKE__ACCESS_KEY"] = "AKIA"
    >>> secrets = Secrets(lambda: spark)
    >>> secrets.list("lake")
    [SecretMetadata(key='access_key')]
    >>> len(secrets.get("lake", "access-key"))
    4
    """

    def __init__(self, session: Callable[[], SparkSession]):
        self._session = session

    def get(self, scope: str, key: str) -> str:
        """The value.

        Raises
        ------
        PySparkValueError
            Where there is no such secret, or the file cannot be read as JSON.
        """
        value = self._find(scope, key)
        if value is None:
            raise PySparkValueError(
                f"Secret does not exist with scope: {scope} and key: {key}. Secrets are the "
                f"environment's {_variable(scope, key)} or in the file that {SETTING} names."
            )
        redaction.hide(value)
        return value

    def getBytes(self, scope: str, key: str) -> bytes:
        """The value as bytes (UTF-8); errors are those of `get`."""
        return self.get(scope, key).encode()

    def list(self, scope: str) -> Sequence[SecretMetadata]:
        """The names of a scope's secrets. From the environment they are in small letters.

        Raises
        ------
        PySparkValueError
            Where there is no such scope, or the file cannot be read as JSON.
        """
        found = self._of_environment().get(_normal(scope), {})
        keys = {*self._of_file().get(scope, {}), *found}
        if not keys:
            raise PySparkValueError(f"Scope does not exist: {scope}")
        return [SecretMetadata(key) for key in sorted(keys)]

    def listScopes(self) -> Sequence[SecretScope]:
        """All scopes."""
        names = {*self._of_file(), *self._of_environment()}
        return [SecretScope(name) for name in sorted(names)]

    def help(self) -> None:
        """Prints what there is."""
        print("get(scope, key), getBytes(scope, key), list(scope), listScopes()")

    def _find(self, scope: str, key: str) -> str | None:
        # What runs a notebook may set one value anew without touching a file.
        of_environment = self._of_environment().get(_normal(scope), {})
        found = of_environment.get(_normal(key))
        return self._of_file().get(scope, {}).get(key) if found is None else found

    def _of_environment(self) -> dict[str, dict[str, str]]:
        scopes: dict[str, dict[str, str]] = {}
        for name, value in os.environ.items():
            scope, separator, key = name.removeprefix(_PREFIX).partition("__")
            if name.startswith(_PREFIX) and separator and scope and key:
                scopes.setdefault(_normal(scope), {})[_normal(key)] = value
        return scopes

    def _of_file(self) -> dict[str, dict[str, str]]:
        path = self._session().conf.get(SETTING, None)
        if not path:
            return {}
        try:
            found = json.loads(Path(path).read_text("utf-8"))
        except (OSError, ValueError) as error:
            # Not its text: that is what must not be shown.
            problem = error.strerror if isinstance(error, OSError) else "it is no JSON"
            raise PySparkValueError(f"{path}, which {SETTING} names: {problem}") from None
        if not _is_of_secrets(found):
            raise PySparkValueError(
                f'{path}, which {SETTING} names, is not of the form {{"scope": {{"key": "value"}}}}'
            )
        scopes: dict[str, dict[str, str]] = found
        return scopes


def _is_of_secrets(found: object) -> bool:
    return isinstance(found, dict) and all(
        isinstance(scope, dict) and all(isinstance(value, str) for value in scope.values())
        for scope in found.values()
    )


def _normal(name: str) -> str:
    """A name as variables of the environment can have it."""
    return "".join(c if c.isalnum() else "_" for c in name).lower()


def _variable(scope: str, key: str) -> str:
    return f"{_PREFIX}{_normal(scope)}__{_normal(key)}".upper()
