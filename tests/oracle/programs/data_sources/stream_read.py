"""What does a stream of a Python data source give, batch by batch and after a restart?"""

import json
from pathlib import Path

from pyspark.sql.datasource import (
    DataSource,
    DataSourceStreamReader,
    InputPartition,
    SimpleDataSourceStreamReader,
)


def run(spark, ctx):
    class Counter(DataSource):
        @classmethod
        def name(cls):
            return "counter"

        def schema(self):
            return "n int, part string"

        def streamReader(self, schema):
            return CounterReader(self.options)

    class CounterReader(DataSourceStreamReader):
        def __init__(self, options):
            self.limit = int(options["limit"])
            self.diary = options["diary"]

        def note(self, *what):
            with open(self.diary, "a") as f:
                f.write(json.dumps(what) + "\n")

        def initialOffset(self):
            return {"at": 0}

        def latestOffset(self, start, limit):
            return {"at": min(start["at"] + 2, self.limit)}

        def partitions(self, start, end):
            self.note("partitions", start, end)
            return [InputPartition(n) for n in range(start["at"], end["at"])]

        def read(self, partition):
            yield (partition.value, f"p{partition.value}")

        def commit(self, end):
            self.note("commit", end)

        def stop(self):
            self.note("stop")

    class Simple(DataSource):
        def schema(self):
            return "n int"

        def simpleStreamReader(self, schema):
            return SimpleReader(int(self.options["limit"]))

    class SimpleReader(SimpleDataSourceStreamReader):
        def __init__(self, limit):
            self.limit = limit

        def initialOffset(self):
            return {"from": 10}

        def read(self, start):
            begin = start["from"]
            end = min(begin + 3, self.limit)
            return iter([(n,) for n in range(begin, end)]), {"from": end}

        def readBetweenOffsets(self, start, end):
            return iter([(n,) for n in range(start["from"], end["from"])])

    spark.dataSource.register(Counter)
    spark.dataSource.register(Simple)

    def batches(name, limit, place):
        rows = {}

        def keep(frame, number):
            rows[number] = sorted(tuple(row) for row in frame.collect())

        frame = (
            spark.readStream.format(name)
            .option("limit", limit)
            .option("diary", ctx.path("diary"))
            .load()
        )
        query = (
            frame.writeStream.foreachBatch(keep)
            .option("checkpointLocation", ctx.path(place))
            .start()
        )
        query.processAllAvailable()
        sources = [
            [
                s["description"].split("(")[0].split(" ")[0].split("@")[0],
                s["startOffset"],
                s["endOffset"],
                s["numInputRows"],
            ]
            for p in query.recentProgress
            if p["numInputRows"]
            for s in p["sources"]
        ]
        query.stop()
        return [
            [number, [list(r) for r in found]] for number, found in sorted(rows.items())
        ], sources

    def offsets(place):
        found = sorted(
            (Path(ctx.path(place)) / "offsets").glob("[0-9]*"), key=lambda p: int(p.name)
        )
        return [p.read_text().split("\n")[2:] for p in found]

    def diary():
        lines = Path(ctx.path("diary")).read_text().splitlines()
        kept = []
        for line in lines:
            if line not in kept:
                kept.append(line)
        return [json.loads(line) for line in kept]

    rows, sources = batches("counter", 5, "c1")
    yield "batches", rows
    yield "sources", sources
    yield "offsets", offsets("c1")
    yield "diary", diary()
    rows, sources = batches("counter", 8, "c1")
    yield "after a restart", rows
    yield "after a restart: offsets", offsets("c1")
    last = max((Path(ctx.path("c1")) / "commits").glob("[0-9]*"), key=lambda p: int(p.name))
    last.unlink()
    (last.parent / f".{last.name}.crc").unlink(missing_ok=True)
    yield "an uncommitted batch again", batches("counter", 8, "c1")[0]
    rows, sources = batches("Simple", 17, "c2")
    yield "simple", rows
    yield "simple: sources", sources
    yield "simple: offsets", offsets("c2")
    last = max((Path(ctx.path("c2")) / "commits").glob("[0-9]*"), key=lambda p: int(p.name))
    last.unlink()
    (last.parent / f".{last.name}.crc").unlink(missing_ok=True)
    yield "simple: an uncommitted batch again", batches("Simple", 20, "c2")[0]
