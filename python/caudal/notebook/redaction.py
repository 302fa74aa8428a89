"""Secrets in what a notebook shows are ``[REDACTED]``: printed text, outputs, errors, widgets.

Everything that a kernel shows leaves it as a message of its session, so that is where it is
looked for; what a shell in a terminal shows is written to its streams. A secret that a program
takes apart is not found; this keeps one from being shown by accident, and no more. Knows nothing
of where secrets come from.
"""

from __future__ import annotations

import sys
from typing import Any

from caudal.notebook.display._kernel import kernel, shell

__all__ = ["hide"]

SHOWN = "[REDACTED]"
_KINDS = frozenset(
    {
        "stream",
        "display_data",
        "update_display_data",
        "execute_result",
        "error",
        "execute_reply",
        "comm_open",
        "comm_msg",
    }
)
_secrets: set[str] = set()
_MARK = "_caudal_redacts"


def hide(secret: str) -> None:
    """From here on the text is not shown."""
    if not secret.strip():
        return
    _secrets.add(secret)
    running = kernel()
    session = getattr(running, "session", None)
    if session is not None and not getattr(session.send, _MARK, False):
        session.send = _redacting(session.send)
    elif running is None and shell() is not None:
        sys.stdout = _redacted_stream(sys.stdout)
        sys.stderr = _redacted_stream(sys.stderr)


def _redacting(send: Any) -> Any:
    def redacted(stream: Any, kind: Any, content: Any = None, *rest: Any, **named: Any) -> Any:
        name = kind if isinstance(kind, str) else kind.get("header", {}).get("msg_type")
        if name in _KINDS:
            if content is not None:
                content = redact(content)
            elif isinstance(kind, dict):
                kind = {**kind, "content": redact(kind.get("content"))}
        return send(stream, kind, content, *rest, **named)

    setattr(redacted, _MARK, True)
    return redacted


def _redacted_stream(stream: Any) -> Any:
    """A stream of text whose reader sees no secrets; all else of it is as it was."""
    return stream if stream is None or isinstance(stream, _Stream) else _Stream(stream)


class _Stream:
    def __init__(self, stream: Any):
        self._stream = stream

    def write(self, text: str) -> int:
        """Writes a text without the secrets; answers for all of it."""
        self._stream.write(redact(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Writes texts without the secrets."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def redact(content: Any) -> Any:
    """A message's content without the secrets, at any depth."""
    if isinstance(content, str):
        # The longest first: one may be a part of another.
        for secret in sorted(_secrets, key=len, reverse=True):
            content = content.replace(secret, SHOWN)
        return content
    if isinstance(content, dict):
        return {name: redact(part) for name, part in content.items()}
    if isinstance(content, (list, tuple)):
        return [redact(part) for part in content]
    return content
