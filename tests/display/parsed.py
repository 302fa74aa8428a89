"""A display's HTML, read back as a browser without scripts would show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Shown(HTMLParser):
    """Names, types and cells of the table; the note below it; tags and scripts of it all."""

    html: str
    names: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    note: str = ""
    status: str = ""
    hint: str = ""
    schema: str = ""
    tags: set[str] = field(default_factory=set)
    attributes: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._within: list[tuple[str, str]] = []
        self._is_null = False
        self.feed(self.html)
        self.close()
        assert not self._within, self._within

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = dict(given)
        name = attributes.get("class") or ""
        self.tags.add(tag)
        if "data-caudal" in attributes:
            self.attributes = attributes
        if tag == "input":
            return
        self._within.append((tag, name))
        if tag == "th" and "data-kind" in attributes:
            self.kinds.append(attributes["data-kind"] or "")
        elif tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append(None if "null" in name.split() else "")

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self._within.pop()
        assert opened == tag, f"<{opened}> ended by </{tag}>"

    def handle_data(self, data: str) -> None:
        tag, name = self._within[-1]
        if tag == "td" and self.rows[-1][-1] is not None:
            self.rows[-1][-1] = (self.rows[-1][-1] or "") + data
        elif tag == "th":
            self.numbers.append(data)
        elif tag == "b" and self._within[-2][0] == "th":
            self.names.append(data)
        elif tag == "small":
            self.types.append(data)
        elif tag == "pre":
            self.schema += data
        elif "caudal-rows" in name:
            self.note += data
        elif "caudal-status" in name:
            self.status += data
        elif "caudal-hint" in name:
            self.hint += data

    @property
    def cells(self) -> list[list[str | None]]:
        """The rows of the table's body."""
        return self.rows[1:]
