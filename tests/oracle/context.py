"""What a program receives as ``ctx``: a folder, markers for its results, stream helpers.

A program yields ``(label, thing)``. A DataFrame and a plain value need no marker; the
methods here make the other kinds of result. Knows nothing of recordings or pytest.
"""

import bz2
import contextlib
import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .encoding import Json, encode, encode_error, encode_frame, normalise_strings, normaliser
from .stream_script import StreamScript

# Parquet and ORC files that real Spark wrote (`make_files.py`).
FILES = Path(__file__).resolve().parent / "files"

# Any fixed moment will do: a file stream takes files by modification time, and two files
# written within one tick of the disk's clock would come in an order of their own.
_FIRST_MTIME = 1_600_000_000


class CourseDataMissing(Exception):
    """The program reads the course data and there is none on this machine."""


@dataclass(frozen=True)
class Result:
    """A result that is encoded already."""

    encoded: Json


@dataclass(frozen=True)
class Frame:
    """A DataFrame with a word on how it is compared."""

    df: Any
    ordered: bool = False
    close: bool = False


class Context:
    def __init__(self, spark: Any, tmp_path: Path, course_data: Path | None) -> None:
        self.spark = spark
        self.tmp_path = tmp_path
        self._course_data = course_data
        self._files_written = 0
        self._scripts = 0
        folders = {str(tmp_path): "<tmp>", str(FILES): "<files>"}
        if course_data is not None:
            folders[str(course_data)] = "<course>"
        self.normalise = normaliser(folders)

    @property
    def events(self) -> str:
        """The folder with the events of the course; the program is skipped without it."""
        if self._course_data is None:
            raise CourseDataMissing("the course data folder is not there (CAUDAL_COURSE_DATA)")
        return str(self._course_data / "events")

    # Input files

    def fixture(self, name: str) -> str:
        """A file that real Spark wrote, kept beside the programs; not to be changed."""
        return str(FILES / name)

    def path(self, name: str) -> str:
        return str(self.tmp_path / name)

    def write_bytes(self, name: str, content: bytes) -> str:
        """Writes a file below the program's folder; each one is newer than the one before."""
        target = self.tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # A stream may look at any moment: the file must appear whole and with its time.
        hidden = self.tmp_path / f".writing-{self._files_written}"
        hidden.write_bytes(content)
        self._files_written += 1
        moment = _FIRST_MTIME + 10 * self._files_written
        os.utime(hidden, (moment, moment))
        hidden.rename(target)
        return str(target)

    def write_lines(self, name: str, lines: Iterable[str]) -> str:
        return self.write_bytes(name, "".join(line + "\n" for line in lines).encode())

    # Kinds of result

    def ordered(self, df: Any) -> Frame:
        """The order of the rows is part of the answer."""
        return Frame(df, ordered=True)

    def close(self, df: Any, ordered: bool = False) -> Frame:
        """Floats may differ in their last digits: the order of a summation is free."""
        return Frame(df, ordered=ordered, close=True)

    def snapshot(self, df: Any, ordered: bool = False) -> Result:
        """The rows as they are now, whatever happens to the table later."""
        return Result(encode_frame(df, ordered))

    def printed(self, action: Callable[[], Any]) -> Result:
        """What `action` prints."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            action()
        lines = self.normalise(out.getvalue()).split("\n")
        return Result({"kind": "text", "lines": lines})

    def shown(self, df: Any, *args: Any, **kwargs: Any) -> Result:
        """What ``df.show(*args, **kwargs)`` prints."""
        return self.printed(lambda: df.show(*args, **kwargs))

    def error(self, action: Callable[[], Any]) -> Result:
        """The error that `action` raises; to raise none is a result too, and a wrong one."""
        try:
            action()
        except Exception as error:
            return Result(encode_error(error, self.normalise))
        return Result({"kind": "error", "class": None})

    def statement(self, text: str) -> Result:
        """What a statement of SQL gives, in its order, or its error."""
        try:
            return Result(encode_frame(self.spark.sql(text), True))
        except Exception as error:
            return Result(encode_error(error, self.normalise))

    def cells(self, calls: list[str], rest: str) -> Iterator[tuple[str, Any]]:
        """Name, type, nullability and values of each call of ``SELECT calls rest``, or its
        error. They are asked together where none fails."""
        try:
            df = self.spark.sql(f"SELECT {', '.join(calls)} {rest}")
            rows = df.collect()
        except Exception as error:
            if len(calls) == 1:
                yield calls[0], self.failure(error)
                return
            middle = len(calls) // 2
            yield from self.cells(calls[:middle], rest)
            yield from self.cells(calls[middle:], rest)
            return
        for at, (call, field) in enumerate(zip(calls, df.schema, strict=True)):
            values = sorted((row[at] for row in rows), key=repr)
            yield call, [field.name, field.dataType.simpleString(), field.nullable, values]

    def answer(self, query: str) -> Any:
        """The frame of a query of SQL, or its error, if only when it is asked for rows."""
        return self.tried(lambda: self.spark.sql(query))

    def tried(self, make: Callable[[], Any]) -> Any:
        """The frame that is made, or the error, if only when it is asked for rows."""
        try:
            frame = make()
            frame.collect()
        except Exception as error:
            return self.failure(error)
        return frame

    def failure(self, error: BaseException) -> Result:
        """An error that the program holds in its hand (``query.exception()``)."""
        return Result(encode_error(error, self.normalise))

    def outcome(self, action: Callable[[], Any]) -> Result:
        """For matrices in which some cells have a value and others an error."""
        try:
            return Result({"kind": "value", "value": encode(action())})
        except Exception as error:
            return Result(encode_error(error, self.normalise))

    def traces(self, figure: Any) -> list[dict[str, Any]]:
        """What the traces of a Plotly figure hold, as plain values."""
        return [_part(trace) for trace in figure.to_plotly_json()["data"]]

    def expressions(self, texts: list[str]) -> Iterator[tuple[str, Result]]:
        """For each SQL expression its name, type, nullability and value, or its error.

        All in one query where none fails; halved where one does, since a query costs a
        real Spark more than everything that is in it.
        """
        try:
            df = self.spark.sql("SELECT " + ", ".join(texts))
            row = df.first()
        except Exception as error:
            if len(texts) == 1:
                yield texts[0], self.failure(error)
                return
            middle = len(texts) // 2
            yield from self.expressions(texts[:middle])
            yield from self.expressions(texts[middle:])
            return
        for text, field, value in zip(texts, df.schema, row, strict=True):
            found = [field.name, field.dataType.simpleString(), field.nullable, value]
            yield text, Result({"kind": "value", "value": encode(found)})

    # Files that a program wrote

    def files(self, folder: str) -> list[str]:
        """The names below a folder, without checksums, sorted; uuids as ``<uuid>``."""
        root = self.tmp_path / folder
        names = [str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()]
        return sorted(self.normalise(n) for n in names if not n.endswith(".crc"))

    def texts(self, folder: str, encoding: str = "utf-8") -> list[str]:
        """What the data files below a folder hold, in the order of their names."""
        root = self.tmp_path / folder
        found = [p for p in root.rglob("part-*") if p.is_file()]
        found.sort(key=lambda p: self.normalise(str(p)))
        return [_plain(p).decode(encoding) for p in found]

    def console(self, action: Callable[[], Any]) -> Result:
        """What the console sink prints while `action` starts and drains queries."""
        jvm = getattr(self.spark, "_jvm", None)
        if jvm is None:
            return self.printed(action)
        out = jvm.java.io.ByteArrayOutputStream()
        console = getattr(getattr(jvm.scala, "Console$"), "MODULE$")
        # Threads that start from here on print there: a query's thread does.
        console.setOutDirect(jvm.java.io.PrintStream(out, True))
        try:
            action()
        finally:
            console.setOutDirect(jvm.java.lang.System.out)
        lines = self.normalise(out.toString("UTF-8")).split("\n")
        return Result({"kind": "text", "lines": lines})

    def encode(self, thing: Any, is_frame: bool) -> Json:
        if isinstance(thing, Result):
            return thing.encoded
        if isinstance(thing, Frame):
            encoded = encode_frame(thing.df, thing.ordered)
            return {**encoded, "close": True} if thing.close else encoded
        if is_frame:
            return encode_frame(thing, ordered=False)
        return normalise_strings({"kind": "value", "value": encode(thing)}, self.normalise)

    # Streams

    def start_memory(
        self, df: Any, name: str, mode: str = "append", trigger: Any = None, **options: Any
    ) -> Any:
        """Starts a query into the memory table `name`."""
        writer = df.writeStream.format("memory").queryName(name).outputMode(mode)
        if trigger is not None:
            writer = writer.trigger(**trigger)
        return writer.options(**options).start()

    @contextlib.contextmanager
    def running(self, df: Any, name: str, mode: str = "append", **kwargs: Any) -> Iterator[Any]:
        """A query into the memory table `name` that is stopped at the end of the block."""
        query = self.start_memory(df, name, mode, **kwargs)
        try:
            yield query
        finally:
            query.stop()

    def run_query(self, df: Any, name: str, mode: str = "append", **kwargs: Any) -> Result:
        """All that is there now through a query into a memory table; the table's rows."""
        with self.running(df, name, mode, **kwargs) as query:
            query.processAllAvailable()
            return self.snapshot(self.spark.table(name))

    @contextlib.contextmanager
    def script(self, build: Any, mode: str = "append", **kwargs: Any) -> Iterator[StreamScript]:
        """A streaming query driven step by step: see ``StreamScript``."""
        self._scripts += 1
        root = self.tmp_path / f"script-{self._scripts}"
        script = StreamScript(self.spark, root, self.normalise, build, mode, **kwargs)
        try:
            yield script
        finally:
            script.stop()

    def steps(
        self,
        name: str,
        build: Any,
        mode: str,
        steps: Iterable[dict[str, list[dict[str, Any]]]],
        **kwargs: Any,
    ) -> Iterator[tuple[str, Result]]:
        """Each step of a script as a result of its own; a refusal to start as an error."""
        with self.script(build, mode, **kwargs) as script:
            try:
                script.start()
            except Exception as error:
                yield f"{name}: start", self.failure(error)
                return
            for number, added in enumerate(steps):
                batches = script.step(**added)
                yield (
                    f"{name}: step {number}",
                    Result({"kind": "batches", "batches": batches}),
                )


def _plain(path: Path) -> bytes:
    """The content of a file, without the compression that its name tells."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(content)
    if path.suffix == ".bz2":
        return bz2.decompress(content)
    if path.suffix == ".deflate":
        return zlib.decompress(content)
    return content


def _part(value: Any) -> Any:
    """A part of a figure without numpy's arrays and numbers."""
    if isinstance(value, dict):
        return {str(key): _part(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_part(part) for part in value]
    if hasattr(value, "tolist"):
        is_time = str(value.dtype).startswith("datetime64")
        return [str(part) for part in value] if is_time else _part(value.tolist())
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
