"""Serves lines over TCP for lessons with the socket source, where there is no netcat.

``caudal feed 9999`` sends what is typed to everybody who is connected; ``caudal feed 9999
--file words.txt --rate 5`` sends a file's lines, five a second, from the first connection on.
Knows nothing of Spark.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["Feeder", "add_arguments", "run"]


class Feeder:
    """A server that sends each line to all of its connections.

    Lines that come while nobody is connected wait for somebody. Who connects later gets the
    lines from then on.

    Parameters
    ----------
    port : int
        The port to listen at; 0 for any free one.
    host : str
        The address to listen at.

    Raises
    ------
    OSError
        If the port is taken.

    Examples
    --------
    >>> import socket
    >>> with Feeder(0) as feeder:
    ...     reader = socket.create_connection((feeder.host, feeder.port)).makefile()
    ...     feeder.send("uno")
    ...     feeder.wait_until_sent()
    ...     reader.readline()
    'uno\\n'
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._server = socket.create_server((host, port))
        self.host = host
        #: The port that it listens at.
        self.port: int = self._server.getsockname()[1]
        self._connections: list[socket.socket] = []
        self._waiting: collections.deque[bytes] = collections.deque()
        self._changed = threading.Condition()
        self._closed = False
        for work in (self._accept, self._deliver):
            threading.Thread(target=work, name="caudal-feed", daemon=True).start()

    def __enter__(self) -> Feeder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, line: str) -> None:
        """Sends one line; an end is added to it."""
        with self._changed:
            self._waiting.append(line.encode() + b"\n")
            self._changed.notify_all()

    def wait_for_connection(self, timeout: float | None = None) -> bool:
        """Waits until somebody is connected, at most `timeout` seconds; whether so."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._connections), timeout)

    def wait_until_sent(self, timeout: float | None = None) -> bool:
        """Waits until no line waits to be sent, at most `timeout` seconds; whether so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting, timeout)

    def close(self) -> None:
        """Closes all connections. Nothing is sent any more."""
        with self._changed:
            self._closed = True
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._changed.notify_all()
        with contextlib.suppress(OSError):
            # A thread that waits in accept would hold the port on some systems.
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with self._changed:
                self._connections.append(connection)
                self._changed.notify_all()

    def _deliver(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._closed or bool(self._waiting and self._connections)
                )
                if self._closed:
                    return
                line, connections = self._waiting[0], list(self._connections)
            gone = [connection for connection in connections if not _sent(connection, line)]
            with self._changed:
                for connection in gone:
                    if connection in self._connections:
                        self._connections.remove(connection)
                # One that nobody got waits for who comes next.
                if len(gone) < len(connections):
                    self._waiting.popleft()
                self._changed.notify_all()


def _sent(connection: socket.socket, line: bytes) -> bool:
    try:
        if not _has_left(connection):
            connection.sendall(line)
            return True
    except OSError:
        pass
    connection.close()
    return False


def _has_left(connection: socket.socket) -> bool:
    """Whether the other side has closed: the first line to it would be taken and lost."""
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    finally:
        connection.setblocking(True)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of ``caudal feed``."""
    parser.add_argument("port", type=int, help="the port to listen at; 0 for any free one")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at")
    parser.add_argument("--file", type=Path, help="send the lines of this file, not typed ones")
    parser.add_argument("--rate", type=float, help="lines a second; as fast as possible without")
    parser.add_argument("--repeat", action="store_true", help="begin the file anew at its end")


def run(given: argparse.Namespace) -> int:
    """Runs ``caudal feed`` until the input ends or it is interrupted; the exit status."""
    if given.rate is not None and given.rate <= 0:
        print("caudal feed: --rate must be more than 0", file=sys.stderr)
        return 2
    if given.repeat and given.file is None:
        print("caudal feed: --repeat needs --file", file=sys.stderr)
        return 2
    try:
        lines = _lines(given.file, given.repeat)
        feeder = Feeder(given.port, given.host)
    except OSError as error:
        print(f"caudal feed: {error}", file=sys.stderr)
        return 1
    with feeder:
        print(f"listening at {feeder.host}:{feeder.port}; Ctrl-C ends it", file=sys.stderr)
        with contextlib.suppress(KeyboardInterrupt):
            if given.file is not None:
                feeder.wait_for_connection()
            _feed(feeder, lines, given.rate)
            feeder.wait_until_sent()
    return 0


def _lines(file: Path | None, repeat: bool) -> Iterator[str]:
    """The lines to send, without their ends."""
    if file is None:
        return (line.rstrip("\r\n") for line in sys.stdin)
    # Now, so that a file that is missing is said before anybody connects.
    file.open(encoding="utf-8").close()
    return _file_lines(file, repeat)


def _file_lines(file: Path, repeat: bool) -> Iterator[str]:
    while True:
        found = False
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                found = True
                yield line.rstrip("\r\n")
        if not (repeat and found):
            return


def _feed(feeder: Feeder, lines: Iterable[str], rate: float | None) -> None:
    due = time.monotonic()
    for line in lines:
        if rate is not None:
            time.sleep(max(0.0, due - time.monotonic()))
            due += 1 / rate
            # Nobody there: the file waits, it does not run on.
            feeder.wait_for_connection()
        feeder.send(line)
        if rate is None:
            feeder.wait_until_sent()
