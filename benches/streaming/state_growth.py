"""What a batch costs while the state grows: a plot of keys in state against ms a batch.

A streaming count and sum by key, with a checkpoint, in update mode: each measured batch has
1,000 rows of keys that are known, and between measurements batches of new keys make the state
grow. If the cost followed the state and not the batch, the line would rise.

    python benches/streaming/state_growth.py --keys 10000000 --plot growth.svg
"""

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import pyarrow as pa

import caudal

ROWS = 1_000
GROWTH = 250_000
MEASURED = 50


def table(keys: range) -> pa.Table:
    column = pa.array(keys, pa.int64())
    return pa.table({"k": column, "v": column})


def measure(keys: int, steps: int, work: Path) -> list[tuple[int, float, float]]:
    caudal.activate()
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as F

    from caudal.testing import MemoryStream

    spark = SparkSession.builder.master("local[2]").appName("growth").getOrCreate()
    stream = MemoryStream(spark, "k BIGINT, v BIGINT", keepAll=False)
    query = (
        stream.toDF()
        .groupBy("k")
        .agg(F.count("*").alias("n"), F.sum("v").alias("s"))
        .writeStream.outputMode("update")
        .format("noop")
        .option("checkpointLocation", str(work / "checkpoint"))
        .start()
    )

    def batch(keys: range) -> float:
        stream.addData(table(keys))
        start = time.perf_counter()
        query.processAllAvailable()
        return (time.perf_counter() - start) * 1000

    points, held = [], 0
    for step in range(1, steps + 1):
        wanted = keys * step // steps
        while held < wanted:
            more = min(GROWTH, wanted - held)
            batch(range(held, held + more))
            held += more
        costs = []
        for turn in range(MEASURED):
            start = (turn * 7919 * ROWS) % max(1, held - ROWS)
            costs.append(batch(range(start, start + ROWS)))
        costs.sort()
        points.append((held, statistics.median(costs), costs[int(MEASURED * 0.95)]))
        print(
            f"  {held:>11,} keys  {points[-1][1]:.1f} ms a batch of {ROWS:,} at the median, "
            f"{points[-1][2]:.1f} at the 95th percentile",
            flush=True,
        )
    query.stop()
    spark.stop()
    return points


def plot(points: list[tuple[int, float, float]], path: Path) -> None:
    try:
        from matplotlib import pyplot
    except ImportError:
        print("  matplotlib is missing, so there is no plot: pip install matplotlib")
        return
    figure, axes = pyplot.subplots(figsize=(7, 4))
    keys = [point[0] for point in points]
    axes.plot(keys, [point[1] for point in points], marker="o", label="median")
    axes.plot(keys, [point[2] for point in points], marker=".", label="95th percentile")
    axes.set(xlabel="keys in state", ylabel=f"ms a batch of {ROWS:,} rows, durable", ylim=(0, None))
    axes.legend()
    figure.savefig(path, bbox_inches="tight")
    print(f"  {path}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--plot", type=Path, default=Path("state_growth.svg"))
    given = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="caudal-growth-"))
    try:
        plot(measure(given.keys, given.steps, work), given.plot)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
