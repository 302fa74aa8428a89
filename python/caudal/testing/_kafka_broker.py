"""A small Kafka broker for lessons and tests: noida-db from PyPI, which needs no Java.

It is not Apache Kafka: records may be lost when its process is killed, and it should hold tens of
megabytes at most. Knows nothing of sessions and queries.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

_SECONDS = 20.0


class KafkaBroker:
    """A broker on this machine's loopback, with topics made as they are written to.

    Parameters
    ----------
    folder
        Where its records lie; a temporary folder, removed with `stop`, unless given.

    Raises
    ------
    ImportError
        ``noida-db`` is not installed (``pip install noida-db``).
    RuntimeError
        The broker did not come up; the message ends with what it said.

    Examples
    --------
    >>> from caudal.testing import KafkaBroker
    >>> with KafkaBroker() as broker:
    ...     broker.bootstrap.startswith("127.0.0.1:")
    True
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self._scratch = tempfile.TemporaryDirectory() if folder is None else None
        self._folder = Path(folder if folder is not None else self._scratch_name())
        self._folder.mkdir(parents=True, exist_ok=True)
        self._log = self._folder / "broker.log"
        self.bootstrap = f"127.0.0.1:{_free_port()}"
        """The address for ``kafka.bootstrap.servers``."""
        self._process = self._start()

    def stop(self) -> None:
        """Ends the broker; again is no error."""
        if self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_SECONDS)
            self._process.kill()
            self._process.wait()
        if self._scratch is not None:
            self._scratch.cleanup()

    def __enter__(self) -> KafkaBroker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _scratch_name(self) -> str:
        assert self._scratch is not None
        return self._scratch.name

    def _start(self) -> subprocess.Popen[bytes]:
        host, port = self.bootstrap.split(":")
        command = [str(_program()), "start", "--data-dir", str(self._folder / "data")]
        command += ["--host", host, "--only", "kafka", "--kafka-port", port]
        with self._log.open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        end = time.monotonic() + _SECONDS
        while not _answers(host, int(port)):
            if process.poll() is not None or time.monotonic() > end:
                process.kill()
                said = self._log.read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"the Kafka broker did not come up: {said[-2000:]}")
            time.sleep(0.02)
        return process


def _program() -> Path:
    # The wheel's script would stand between us and the broker: signals to it go nowhere.
    try:
        import noida_db
    except ImportError as error:
        raise ImportError(
            "caudal.testing.KafkaBroker needs the package noida-db: pip install noida-db"
        ) from error
    program = Path(noida_db.__file__).with_name("noida-db")
    if not program.exists():
        raise ImportError(f"noida-db has no broker for {sys.platform}")
    if not os.access(program, os.X_OK):
        program.chmod(0o755)
    return program


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
