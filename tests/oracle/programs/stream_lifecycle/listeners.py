"""What does a listener hear, in which order, and what if it raises or is removed?"""

import threading

from pyspark.sql.streaming import StreamingQueryListener


class Log(StreamingQueryListener):
    """Notes the events; `failing` raises at the first of them."""

    def __init__(self, failing=False):
        self.events = []
        self.objects = []
        self.ended = threading.Event()
        self.failing = failing

    def note(self, event, *what):
        self.events.append(list(what))
        self.objects.append(event)

    def onQueryStarted(self, event):
        self.note(event, "started", event.name)
        if self.failing:
            raise ValueError("a listener of this name")

    def onQueryProgress(self, event):
        progress = event.progress
        self.note(event, "progress", progress.name, progress.batchId, progress.numInputRows)
        if self.failing:
            raise ValueError("a listener of this name")

    def onQueryTerminated(self, event):
        self.note(event, "terminated", event.exception is None, event.errorClassOnException)
        self.ended.set()


def run(spark, ctx):
    for number in range(3):
        ctx.write_lines(f"in/{number}.json", [f'{{"n":{number}}}', f'{{"n":{number + 10}}}'])
    df = spark.readStream.schema("n int").option("maxFilesPerTrigger", 1).json(ctx.path("in"))

    def all_of(name, listeners):
        query = ctx.start_memory(df, name, trigger={"availableNow": True})
        seen_at_start = [log.events[:1] for log in listeners]
        query.awaitTermination(120)
        for log in listeners:
            log.ended.wait(60)
            log.ended.clear()
        return query, seen_at_start

    first, failing, second = Log(), Log(failing=True), Log()
    for log in (first, failing, second):
        yield f"add {log.failing}", spark.streams.addListener(log)
    query, seen = all_of("one", [first, failing, second])
    yield "before start returns", seen
    yield "events", first.events
    yield "of one that raises", failing.events
    yield "of the next", second.events
    yield "a query is not harmed", [query.exception(), query.isActive]
    started, progress, ended = first.objects[0], first.objects[1].progress, first.objects[-1]
    yield "classes", [type(event).__name__ for event in first.objects]
    yield (
        "identities",
        [
            str(started.id) == query.id,
            str(started.runId) == query.runId,
            str(progress.id) == query.id,
            str(ended.runId) == query.runId,
            type(started.id).__name__,
        ],
    )
    yield "started", [len(started.timestamp), started.timestamp[-1], sorted(started.jobTags)]
    yield "progress", [type(progress).__name__, progress.sink.description[:10]]
    yield "spark", first.spark is None
    yield "remove", spark.streams.removeListener(failing)
    yield "remove again", spark.streams.removeListener(failing)
    before = len(failing.events)
    query, _ = all_of("two", [first, second])
    yield "after removal", [len(failing.events) - before, [e[1] for e in first.events[5:]]]
    spark.streams.removeListener(first)
    spark.streams.removeListener(second)
    again = Log()
    spark.streams.addListener(again)
    spark.streams.addListener(again)
    query, _ = all_of("three", [again])
    yield "added twice, started", sum(event[0] == "started" for event in again.events)
    spark.streams.removeListener(again)
