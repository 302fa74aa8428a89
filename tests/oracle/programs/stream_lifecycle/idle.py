"""Is a query without data told of, when, and what is in its progress?"""

import threading

from pyspark.sql.streaming import StreamingQueryListener


class Idle(StreamingQueryListener):
    def __init__(self):
        self.events = []
        self.idle = threading.Event()

    def onQueryStarted(self, event):
        self.events.append("started")

    def onQueryProgress(self, event):
        self.events.append(f"progress {event.progress.batchId}")

    def onQueryIdle(self, event):
        if "idle" not in self.events:
            self.events.append("idle")
            self.seen = event
        self.idle.set()

    def onQueryTerminated(self, event):
        self.events.append("terminated")


def run(spark, ctx):
    (ctx.tmp_path / "in").mkdir()
    df = spark.readStream.schema("n int").json(ctx.path("in"))
    listener = Idle()
    spark.streams.addListener(listener)
    with ctx.running(df, "t") as query:
        yield "heard at once", listener.idle.wait(60)
        yield (
            "the event",
            [
                type(listener.seen).__name__,
                str(listener.seen.id) == query.id,
                str(listener.seen.runId) == query.runId,
                len(listener.seen.timestamp),
            ],
        )
        query.processAllAvailable()
        yield "records", [[p["batchId"], p["numInputRows"]] for p in query.recentProgress]
        yield "events", list(listener.events)
    spark.streams.removeListener(listener)
