"""Which rows, epochs and words does a continuous query over the rate source give?"""

import itertools
import json
import time

from pyspark.sql.streaming import StreamingQueryListener


class Heard(StreamingQueryListener):
    def __init__(self):
        self.events = []

    def onQueryStarted(self, event):
        self.events.append("started")

    def onQueryProgress(self, event):
        self.events.append("progress")

    def onQueryIdle(self, event):
        self.events.append("idle")

    def onQueryTerminated(self, event):
        self.events.append("terminated")


def wait_for(done):
    end = time.monotonic() + 60
    while not done() and time.monotonic() < end:
        time.sleep(0.05)
    assert done()


def log(folder):
    files = [f for f in folder.iterdir() if f.name.isdigit()]
    return {int(f.name): f.read_text() for f in sorted(files, key=lambda f: int(f.name))}


def run(spark, ctx):
    rate = spark.readStream.format("rate").option("rowsPerSecond", 20)
    rate = rate.option("numPartitions", 1).load()
    checkpoint = ctx.tmp_path / "checkpoint"
    heard = Heard()
    spark.streams.addListener(heard)
    writer = rate.writeStream.format("memory").queryName("rows").trigger(continuous="1 second")
    query = writer.option("checkpointLocation", str(checkpoint)).start()
    yield "in the list", [q.name for q in spark.streams.active]
    table = spark.table("rows")
    wait_for(lambda: table.count() > 30)
    status = query.status
    yield "status", {**status, "message": status["message"].rstrip("0123456789")}
    yield "progress", [query.lastProgress, len(query.recentProgress)]
    yield "awaitTermination", query.awaitTermination(1)
    yield "schema", table.schema.json()
    query.stop()
    yield "stopped", [query.isActive, query.exception(), query.status["message"]]
    wait_for(lambda: "terminated" in heard.events)
    spark.streams.removeListener(heard)
    yield "events", heard.events

    rows = table.orderBy("value").collect()
    values = [row.value for row in rows]
    yield "values have no gap", values == list(range(len(values)))
    steps = {(b.timestamp - a.timestamp).microseconds for a, b in itertools.pairwise(rows)}
    yield "microseconds between", sorted(steps)

    offsets, commits = log(checkpoint / "offsets"), log(checkpoint / "commits")
    yield "numbered from 0", list(commits) == list(range(len(commits)))
    yield "commits", sorted(set(commits.values()))
    yield "every commit has offsets", set(commits) <= set(offsets)
    lines = [text.split("\n") for text in offsets.values()]
    yield "head of offsets", sorted({tuple(line[:2]) for line in lines})
    places = [json.loads(line[2])["0"] for line in lines]
    yield "keys of a place", sorted({key for place in places for key in place})
    yield "first place", places[0]["value"]
    first = places[0]["runTimeMs"]
    paces = {(p["runTimeMs"] - first) / (p["value"] + 1) for p in places if p["value"] >= 0}
    yield "milliseconds of a value", sorted(paces)
    yield "own folder of the source", (checkpoint / "sources").exists()
    yield "again into a table", ctx.error(writer.start)
