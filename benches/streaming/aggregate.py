"""Sustained streaming aggregation against the engine's own one-shot aggregation.

10 million rows with 100,000 keys: count, sum and average by key. The stream gets them in
batches of 100,000 into a noop sink, in update mode, with and without a checkpoint; the peer is
the same query as a batch over the same rows in memory, which is the engine (DataFusion) alone.

    python benches/streaming/aggregate.py --runs 3
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import caudal
from common import heading, row, seconds

ROWS = 10_000_000
KEYS = 100_000
BATCH = 100_000


def tables() -> list[pa.Table]:
    """The rows; their keys go round in steps of a prime, so that a batch has all of them."""
    found = []
    for first in range(0, ROWS, BATCH):
        keys = pa.array(((i * 7919) % KEYS for i in range(first, first + BATCH)), pa.int64())
        values = pa.array(range(first, first + BATCH), pa.int64())
        found.append(pa.table({"k": keys, "v": values}))
    return found


def aggregated(frame):
    from pyspark.sql import functions as F

    return frame.groupBy("k").agg(F.count("*").alias("n"), F.sum("v").alias("s"), F.avg("v"))


def streamed(spark, blocks: list[pa.Table], checkpoint: Path | None) -> float:
    from caudal.testing import MemoryStream

    stream = MemoryStream(spark, "k BIGINT, v BIGINT", keepAll=False)
    writer = aggregated(stream.toDF()).writeStream.outputMode("update").format("noop")
    if checkpoint is not None:
        writer = writer.option("checkpointLocation", str(checkpoint))
    query = writer.start()
    stream.addData(blocks[0].slice(0, 10))
    query.processAllAvailable()
    start = time.perf_counter()
    for block in blocks:
        stream.addData(block)
        query.processAllAvailable()
    took = time.perf_counter() - start
    query.stop()
    return took


def at_once(spark, blocks: list[pa.Table]) -> float:
    from pyspark.sql import functions as F

    frame = spark.createDataFrame(pa.concat_tables(blocks))
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    start = time.perf_counter()
    # One row to take back, but every group's every value to compute.
    aggregated(frame).agg(F.count("*"), F.max("n"), F.max("s"), F.max("avg(v)")).collect()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1)
    given = parser.parse_args()
    caudal.activate()
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").appName("aggregate").getOrCreate()
    heading(f"Sustained aggregation: {ROWS:,} rows, {KEYS:,} keys, batches of {BATCH:,}")
    blocks = tables()
    for _ in range(given.runs):
        work = Path(tempfile.mkdtemp(prefix="caudal-aggregate-"))
        try:
            whole = at_once(spark, blocks)
            memory = streamed(spark, blocks, None)
            durable = streamed(spark, blocks, work / "checkpoint")
        finally:
            shutil.rmtree(work, ignore_errors=True)
        peer = "the engine at once, 1 partition"
        row(
            "10M rows in 100 batches, in memory",
            seconds(memory),
            peer,
            seconds(whole),
            whole / memory,
        )
        row("the same, durable", seconds(durable), peer, seconds(whole), whole / durable)
    spark.stop()


if __name__ == "__main__":
    main()
