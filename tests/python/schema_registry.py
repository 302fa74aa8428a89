"""A small schema registry that speaks Confluent's HTTP interface, for the tests."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

Answer = tuple[int, dict[str, Any]]
NOT_FOUND: Answer = (404, {"error_code": 40403, "message": "Schema not found"})


@dataclass
class Registry:
    """What it knows, and what it was asked."""

    address: str = ""
    schemas: dict[int, dict[str, Any]] = field(default_factory=dict)
    subjects: dict[str, list[int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    user_info: str | None = None
    token: str | None = None
    status: int | None = None

    def add(self, subject: str, schema: str, **more: Any) -> int:
        """Makes a schema known under a subject; the same text has the same number."""
        entry = {"schema": schema, **more}
        known = [number for number, other in self.schemas.items() if other == entry]
        number = known[0] if known else 100 + len(self.schemas)
        self.schemas[number] = entry
        versions = self.subjects.setdefault(subject, [])
        if number not in versions:
            versions.append(number)
        return number

    def get(self, parts: list[str]) -> Answer:
        match parts:
            case ["schemas", "ids", number] if int(number) in self.schemas:
                return 200, self.schemas[int(number)]
            case ["subjects", subject, "versions", version] if subject in self.subjects:
                versions = self.subjects[subject]
                at = len(versions) if version == "latest" else int(version)
                found = versions[at - 1]
                return 200, {"id": found, "version": at, **self.schemas[found]}
            case _:
                return NOT_FOUND

    def post(self, parts: list[str], body: dict[str, Any]) -> Answer:
        match parts:
            case ["subjects", subject, "versions"]:
                return 200, {"id": self.add(subject, body["schema"])}
            case ["subjects", subject]:
                for number in self.subjects.get(subject, []):
                    if self.schemas[number]["schema"] == body["schema"]:
                        return 200, {"id": number, "subject": subject}
                return NOT_FOUND
            case _:
                return NOT_FOUND

    def lets_in(self, header: str | None) -> bool:
        if self.user_info is not None:
            return header == "Basic " + base64.b64encode(self.user_info.encode()).decode()
        return self.token is None or header == f"Bearer {self.token}"


@contextmanager
def registry() -> Iterator[Registry]:
    """A registry on a free port of this machine."""
    state = Registry()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, method: str) -> None:
            state.asked.append(f"{method} {self.path}")
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            parts = [unquote(part) for part in self.path.strip("/").split("/")]
            if not state.lets_in(self.headers.get("Authorization")):
                found: Answer = (401, {"error_code": 401, "message": "Unauthorized"})
            elif state.status is not None:
                found = (state.status, {"error_code": 1, "message": "as the test wants"})
            elif method == "GET":
                found = state.get(parts)
            else:
                found = state.post(parts, json.loads(body))
            data = json.dumps(found[1]).encode()
            self.send_response(found[0])
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            self.answer("GET")

        def do_POST(self) -> None:
            self.answer("POST")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
