"""A query over a stream whose batches are kept, for the tests of what ships for tests."""

from __future__ import annotations

from typing import Any


class Collected:
    """The rows of each batch of a query over a stream."""

    def __init__(self, df: Any, checkpoint: Any = None, **trigger: Any):
        self.batches: list[list[Any]] = []
        writer = df.writeStream.foreachBatch(self._keep)
        if checkpoint is not None:
            writer.option("checkpointLocation", str(checkpoint))
        if trigger:
            writer.trigger(**trigger)
        self.query = writer.start()

    def _keep(self, frame: Any, batch: int) -> None:
        self.batches.append([tuple(row) for row in frame.collect()])

    def __enter__(self) -> Collected:
        return self

    def __exit__(self, *exc: object) -> None:
        self.query.stop()


def timestamps(query: Any) -> list[str]:
    return [p["timestamp"][14:] for p in query.recentProgress if p["numInputRows"]]
