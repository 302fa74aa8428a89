"""Where are the observed metrics of a stream's batches, and of which rows are they?"""

import json
import time

from pyspark.sql import functions as F
from pyspark.sql.streaming import StreamingQueryListener


class Heard(StreamingQueryListener):
    def __init__(self):
        self.metrics = []

    def onQueryStarted(self, event):
        pass

    def onQueryProgress(self, event):
        self.metrics.append(event.progress.observedMetrics)

    def onQueryIdle(self, event):
        pass

    def onQueryTerminated(self, event):
        pass


def run(spark, ctx):
    n = F.count("*").alias("n")
    schema = "k string, v int, t timestamp"
    folder = ctx.tmp_path / "in"
    folder.mkdir()

    def add(number, *rows):
        lines = [
            json.dumps({"k": k, "v": v, "t": f"2020-01-01T00:00:{second:02}Z"})
            for k, v, second in rows
        ]
        hidden = folder / f".{number}"
        hidden.write_text("\n".join(lines))
        hidden.rename(folder / f"{number}.json")

    add(1, ("a", 1, 0), ("b", 2, 10))
    files = 1

    def batches(build, mode="append"):
        nonlocal files
        stream = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1)
        query = build(stream.json(str(folder))).writeStream.format("noop").outputMode(mode).start()
        try:
            query.processAllAvailable()
            found = [p for p in query.recentProgress if "addBatch" in p["durationMs"]]
            return [p["observedMetrics"] for p in found]
        finally:
            query.stop()

    types = [
        n,
        F.max("t").alias("t"),
        F.collect_list("k").alias("l"),
        F.avg("v"),
        F.lit(None).alias("nul"),
        F.struct(F.min("v"), F.max("v")).alias("st"),
        F.map_from_arrays(F.collect_list("k"), F.collect_list("v")).alias("mp"),
        F.sum(F.col("v").cast("decimal(10,2)")).alias("dec"),
        F.max(F.col("t").cast("date")).alias("dt"),
        F.max(F.lit(b"ab")).alias("bin"),
        F.min(F.lit(True)).alias("b"),
    ]
    heard = Heard()
    spark.streams.addListener(heard)
    yield "in the progress", batches(lambda s: s.observe("m", *types))
    end = time.monotonic() + 30
    while not heard.metrics and time.monotonic() < end:
        time.sleep(0.05)
    spark.streams.removeListener(heard)
    yield "in the event", heard.metrics
    add(2, ("c", 3, 30), ("a", 4, 40), ("a", 5, 1))
    late = "5 seconds"
    builds = {
        "two": lambda s: s.observe("m", n).where("v > 1").observe("z", n, F.max("v").alias("x")),
        "filter after": lambda s: s.observe("m", n).where("v > 100"),
        "limit after": lambda s: s.observe("m", n).limit(1),
        "dedup after": lambda s: s.observe("m", n).dropDuplicates(["k"]),
        "dedup before": lambda s: s.dropDuplicates(["k"]).observe("m", n),
        "watermark after": lambda s: (
            s.observe("m", n).withWatermark("t", late).dropDuplicates(["k", "t"])
        ),
        "window": lambda s: (
            s.withWatermark("t", late)
            .groupBy(F.window("t", "10 seconds"))
            .count()
            .observe("m", n, F.sum("count").alias("c"))
        ),
        "by name": lambda s: s.observe("m", n).union(s.observe("o", F.max("v").alias("v"))),
        "used twice": lambda s: (lambda o: o.union(o))(s.observe("m", n)),
    }
    for name, build in builds.items():
        yield name, batches(build)

    def counted(stream):
        return stream.observe("in", n).groupBy("k").count().observe("out", n, F.sum("count"))

    for mode in ("update", "complete"):
        yield f"aggregation, {mode}", batches(counted, mode)

    def doubled(stream):
        return stream.observe("m", n).observe("m", F.max("v"))

    yield "same name", ctx.error(lambda: batches(doubled))
    yield (
        "distinct",
        ctx.error(lambda: batches(lambda s: s.observe("m", F.countDistinct("k").alias("n")))),
    )
