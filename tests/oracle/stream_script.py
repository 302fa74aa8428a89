"""A streaming program as a script: rows are added, and what each batch gave is the answer.

One step adds files to the script's folders and waits until the query has nothing left to
do; its result lists the batches that ran, each with its rows, the watermark and the state
operators' counts. The same script can be run with a restart from the checkpoint after
every step, which must change nothing of it. Knows nothing of recordings.
"""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .encoding import Json, encode, encode_error

_COUNTS = ("numRowsTotal", "numRowsUpdated", "numRowsRemoved", "numRowsDroppedByWatermark")


class StreamScript:
    """One query over file streams, into ``foreachBatch``.

    ``build(source)`` makes the frame; ``source(folder, schema)`` is a stream of the JSON
    lines in a folder of the script's own. ``restart_each_step`` stops the query after each
    step and starts it from its checkpoint with the next one. ``conf`` holds between start
    and stop.
    """

    def __init__(
        self,
        spark: Any,
        root: Path,
        normalise: Callable[[str], str],
        build: Callable[[Callable[..., Any]], Any],
        mode: str = "append",
        *,
        trigger: dict[str, Any] | None = None,
        restart_each_step: bool = False,
        files_a_batch: int | None = None,
    ) -> None:
        self._spark = spark
        self._root = root
        self._normalise = normalise
        self._build = build
        self._mode = mode
        self._trigger = trigger
        self._restart_each_step = restart_each_step
        self._files_a_batch = files_a_batch
        self._files = 0
        self._rows: dict[int, list[Json]] = {}
        self._reported = -1
        self._query: Any = None

    def source(self, folder: str, schema: str, **options: Any) -> Any:
        place = self._root / folder
        place.mkdir(parents=True, exist_ok=True)
        reader = self._spark.readStream.schema(schema).options(**options)
        if self._files_a_batch is not None:
            reader = reader.option("maxFilesPerTrigger", self._files_a_batch)
        return reader.json(str(place))

    def start(self) -> Any:
        if self._query is None:
            writer = self._build(self.source).writeStream.foreachBatch(self._keep)
            if self._trigger is not None:
                writer = writer.trigger(**self._trigger)
            self._query = (
                writer.outputMode(self._mode)
                .option("checkpointLocation", str(self._root / "checkpoint"))
                .start()
            )
        return self._query

    def stop(self) -> None:
        if self._query is not None:
            self._query.stop()
            self._query = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def _keep(self, frame: Any, batch: int) -> None:
        self._rows[batch] = sorted(
            ([encode(value) for value in row] for row in frame.collect()),
            key=lambda row: json.dumps(row, sort_keys=True),
        )

    def add(self, folder: str, rows: Iterable[dict[str, Any]]) -> None:
        """Writes one file; each is newer than those before."""
        import os

        self._files += 1
        place = self._root / folder
        place.mkdir(parents=True, exist_ok=True)
        hidden = self._root / f".writing-{self._files}"
        hidden.write_text("".join(json.dumps(row) + "\n" for row in rows))
        moment = 1_600_000_000 + 10 * self._files
        os.utime(hidden, (moment, moment))
        hidden.rename(place / f"{self._files:04}.json")

    def step(self, **added: list[dict[str, Any]]) -> list[Json]:
        """Adds one file a folder, runs what there is to run, and gives the new batches.

        Files of several folders are all there before the query looks: it is stopped for
        as long, unless one folder alone is added to.
        """
        if len(added) > 1:
            self.stop()
        for folder, rows in added.items():
            self.add(folder, rows)
        self.start().processAllAvailable()
        batches = self._new_batches()
        if self._restart_each_step:
            self.stop()
        return batches

    def failing_step(self, **added: list[dict[str, Any]]) -> Json:
        """As ``step``, where the query must fail; the error."""
        try:
            self.step(**added)
        except Exception as error:
            return encode_error(error, self._normalise)
        return {"kind": "error", "class": None}

    def _new_batches(self) -> list[Json]:
        found = []
        for progress in self._query.recentProgress:
            batch = progress["batchId"]
            if batch <= self._reported or "addBatch" not in progress["durationMs"]:
                continue
            self._reported = batch
            operators = [
                [operator["operatorName"], *(operator[count] for count in _COUNTS)]
                for operator in progress["stateOperators"]
            ]
            found.append(
                {
                    "batch": batch,
                    "rows": self._rows.get(batch, []),
                    "inputRows": progress["numInputRows"],
                    "watermark": dict(progress.get("eventTime") or {}).get("watermark"),
                    "state": operators,
                }
            )
        return found

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._root, ignore_errors=True)
