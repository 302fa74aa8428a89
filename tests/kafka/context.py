"""What a program over Kafka receives as ``ctx``: the oracle's context and a broker.

Names of topics, the broker's address, names of groups and marks of objects differ from run
to run and are replaced in every result. ``ctx.follow(df)`` drives a stream step by step.
Knows nothing of recordings or pytest.
"""

import contextlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..oracle.context import Context, Result
from ..oracle.encoding import Json, canonical, encode, normalise_strings
from .topics import Kafka

_GROUP = re.compile(r"(spark-kafka-[a-z]+-<uuid>)(?:-?-\d+)?(-driver|-executor)?(?:-\d+)?")
_TASK = re.compile(
    r"Task \d+ in stage [\d.]+ failed \d+ times, most recent failure: "
    r"Lost task [\d.]+ in stage [\d.]+ \(TID \d+\) \([^)]*\): "
)
# The mark of a JVM's object; Caudal's sink has the name without one.
_OBJECT = re.compile(r"(?<=[A-Za-z\]])@[0-9a-f]{5,8}\b|(?<=\$KafkaTable)(?!@)")


class KafkaContext(Context):
    def __init__(
        self, spark: Any, tmp_path: Path, course_data: Path | None, bootstrap: str
    ) -> None:
        super().__init__(spark, tmp_path, course_data)
        self.kafka = Kafka(bootstrap)
        self._course = course_data
        self._followed = 0
        general = self.normalise

        def normalise(text: str) -> str:
            named = _GROUP.sub(r"\1\2", general(self._masked(text)))
            return _OBJECT.sub("@<hash>", _TASK.sub("", named))

        self.normalise = normalise

    def _masked(self, text: str) -> str:
        for name, label in self.kafka.names().items():
            text = text.replace(name, label)
        return text.replace(self.kafka.bootstrap, "<bootstrap>")

    @property
    def invoices(self) -> Path:
        """The folder with the invoices of the course; the program is skipped without it."""
        return Path(self.events).parent / "invoices"

    # Readers and writers

    def read(self, topic: str | None = None, **options: Any) -> Any:
        """A batch over Kafka; `topic` is what to subscribe to."""
        return self.options(self.spark.read.format("kafka"), topic, options).load()

    def stream(self, topic: str | None = None, **options: Any) -> Any:
        """A stream over Kafka from its earliest offsets, unless `options` say otherwise."""
        if not any(name.lower().startswith("starting") for name in options):
            options = {"startingOffsets": "earliest", **options}
        return self.options(self.spark.readStream.format("kafka"), topic, options).load()

    def options(self, reader: Any, topic: str | None, options: dict[str, Any]) -> Any:
        reader = reader.option("kafka.bootstrap.servers", self.kafka.bootstrap)
        if topic is not None:
            reader = reader.option("subscribe", topic)
        return reader.options(**options)

    def writer(self, writer: Any, topic: str | None = None, **options: Any) -> Any:
        """``df.write`` or ``df.writeStream``, told to write to Kafka."""
        writer = writer.format("kafka").option("kafka.bootstrap.servers", self.kafka.bootstrap)
        if topic is not None:
            writer = writer.option("topic", topic)
        return writer.options(**options)

    # Results

    def refusal(self, load: Callable[[], Any], trigger: dict[str, Any] | None = None) -> Result:
        """The error of a stream, and when it came: at ``load()``, at ``start()``, or while it
        ran; where none came, the batches."""
        try:
            frame = load()
        except Exception as error:
            return Result({**self.failure(error).encoded, "at": "load"})
        with self.follow(frame, trigger=trigger, files=True) as followed:
            return self.stage(followed.again)

    def stage(self, step: Callable[[], Result]) -> Result:
        """What `step` of a followed stream gives: its batches, or its error and whether it
        came at ``start()`` or while the query ran."""
        try:
            return step()
        except Exception as error:
            at = "run" if type(error).__name__ == "StreamingQueryException" else "start"
            return Result({**self.failure(error).encoded, "at": at})

    @staticmethod
    def nothing(action: Callable[[], Any]) -> Result:
        """For `stage`: an action that gives nothing but may fail."""
        action()
        return Result({"kind": "value", "value": None})

    def encode(self, thing: Any, is_frame: bool) -> Json:
        encoded = normalise_strings(super().encode(thing, is_frame), self.normalise)
        if encoded.get("kind") == "error":
            given = encoded["parameters"]
            encoded["parameters"] = {name: _without_stack(text) for name, text in given.items()}
        if encoded.get("kind") == "frame" and not encoded["ordered"]:
            encoded["rows"].sort(key=canonical)
        return encoded

    def records(self, topic: str, *, read_committed: bool = True) -> Result:
        """What lies in a topic: partition, key, value and headers, in a free order."""
        found = self.kafka.consume(topic, read_committed=read_committed)
        rows = [encode([r.partition, r.key, r.value, r.headers]) for r in found]
        return Result({"kind": "records", "records": sorted(rows, key=canonical)})

    def checkpoint_text(self, path: Path) -> list[str]:
        """The lines of a file of a checkpoint, topics in the order of their names; what Spark
        says of itself is left out."""
        lines = path.read_bytes().decode("utf-8").split("\n")
        return ["(settings)" if '"batchTimestampMs"' in line else _sorted(line) for line in lines]

    @contextlib.contextmanager
    def follow(self, df: Any, **kwargs: Any) -> Iterator["Followed"]:
        """A query over `df` whose batches are kept: see ``Followed``."""
        self._followed += 1
        followed = Followed(self, df, self.tmp_path / f"followed-{self._followed}", **kwargs)
        try:
            yield followed
        finally:
            followed.stop()


class Followed:
    """A query into ``foreachBatch`` that tells its batches with their rows and offsets.

    With ``files=True`` it writes into files, and a step tells the rows of all its batches
    together: an error of reading comes then as it is, not as one of the user's function.
    """

    def __init__(
        self,
        ctx: KafkaContext,
        df: Any,
        root: Path,
        *,
        mode: str = "append",
        trigger: dict[str, Any] | None = None,
        files: bool = False,
        **options: Any,
    ) -> None:
        self._ctx = ctx
        self._df = df
        self._files = str(root / "files") if files else None
        self._written: list[str] = []
        self.checkpoint = root / "checkpoint"
        self._mode = mode
        self._trigger = trigger
        self._options = options
        self._rows: dict[int, list[Json]] = {}
        self._told = -1
        self.query: Any = None

    def start(self, df: Any = None) -> Any:
        """Starts, or starts again from the checkpoint; over another frame where one is given."""
        if df is not None:
            self._df = df
        writer = self._df.writeStream.outputMode(self._mode)
        if self._files is None:
            writer = writer.foreachBatch(self._keep)
        else:
            writer = writer.format("parquet").option("path", self._files)
        if self._trigger is not None:
            writer = writer.trigger(**self._trigger)
        writer = writer.option("checkpointLocation", str(self.checkpoint))
        self.query = writer.options(**self._options).start()
        return self.query

    def stop(self) -> None:
        if self.query is not None:
            self.query.stop()

    def _keep(self, frame: Any, batch: int) -> None:
        self._rows[batch] = [[encode(value) for value in row] for row in frame.collect()]

    def step(self) -> Result:
        """Runs what there is to run; the batches since the last step."""
        if self.query is None:
            self.start()
        if self._trigger and not self._trigger.get("processingTime"):
            self.query.awaitTermination()
        else:
            self.query.processAllAvailable()
        return self.batches()

    def again(self, df: Any = None) -> Result:
        """The same after a start from the checkpoint."""
        self.stop()
        self.start(df)
        return self.step()

    def failed(self) -> Result:
        """The error that ends the query."""
        if self.query is None:
            self.start()
        return self._ctx.error(lambda: self.query.processAllAvailable())

    def batches(self) -> Result:
        """The batches that were not told yet."""
        progress = {}
        for entry in self.query.recentProgress:
            parsed = json.loads(entry.json)
            if "addBatch" in parsed["durationMs"]:
                progress[parsed["batchId"]] = parsed
        run = progress if self._files else self._rows
        new = sorted(number for number in run if number > self._told)
        self._told = max([self._told, *new])
        told = {"kind": "batches", "batches": [self._batch(n, progress.get(n)) for n in new]}
        return Result(told | ({"rows": self._new_rows()} if self._files else {}))

    def _new_rows(self) -> list[Json]:
        if not Path(self._files or "").exists():
            return []
        frame = self._ctx.spark.read.schema(self._df.schema).parquet(self._files)
        rows = [canonical([encode(value) for value in row]) for row in frame.collect()]
        new = Counter(rows) - Counter(self._written)
        self._written = rows
        found = [json.loads(row) for row in new.elements()]
        return sorted(normalise_strings(found, self._ctx.normalise), key=canonical)

    def _batch(self, number: int, progress: Json) -> Json:
        told: dict[str, Any] = {"batch": number}
        if number in self._rows:
            rows = normalise_strings(self._rows[number], self._ctx.normalise)
            told["rows"] = sorted(rows, key=canonical)
        if progress is None:
            return told
        sources = [{key: found.get(key) for key in _OF_A_SOURCE} for found in progress["sources"]]
        for source in sources:
            # Caudal's own, which Spark does not tell.
            (source["metrics"] or {}).pop("lostOffsets", None)
        text = self._ctx.normalise(json.dumps(sources))
        return {**told, "numInputRows": progress["numInputRows"], "sources": json.loads(text)}


_OF_A_SOURCE = "description startOffset endOffset latestOffset numInputRows metrics".split()


def _without_stack(text: str) -> str:
    lines = text.split("\n")
    frames = (n for n, line in enumerate(lines) if line.startswith(("\tat ", "Driver stack")))
    return "\n".join(lines[: next(frames, len(lines))]).rstrip()


def _sorted(line: str) -> str:
    # Scala's maps have the order of their hashes. The form of the JSON stays as it is.
    if not line.startswith("{"):
        return line
    parsed = json.loads(line)
    compact = {"separators": (",", ":")}
    same_form = json.dumps(parsed, **compact) == line
    return json.dumps(parsed, sort_keys=True, **(compact if same_form else {}))
