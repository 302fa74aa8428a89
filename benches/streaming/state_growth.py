"""What a batch costs while the state grows: a plot of keys in state against ms a batch.

A streaming count by key, with a checkpoint, in update mode: each batch is one file of 1,000
rows, and between measured batches big files of new keys make the state grow. If cost followed
the state and not the batch, the line would rise.

    python benches/streaming/state_growth.py --keys 10000000 --plot growth.svg
"""

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

import caudal

ROWS = 1_000
MEASURED = 20


def write(folder: Path, number: int, keys: range) -> None:
    staged = folder.parent / "staged.csv"
    staged.write_text("".join(f"key-{key:012d}\n" for key in keys))
    staged.rename(folder / f"{number:08d}.csv")


def measure(keys: int, steps: int, work: Path) -> list[tuple[int, float]]:
    caudal.activate()
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[2]").appName("growth").getOrCreate()
    source = work / "in"
    source.mkdir()
    rows = spark.readStream.schema("key string").option("maxFilesPerTrigger", 1).csv(str(source))
    query = (
        rows.groupBy("key")
        .count()
        .filter("count < 0")  # what the sink would keep is no part of the state
        .writeStream.outputMode("update")
        .format("memory")
        .queryName("growth")
        .option("checkpointLocation", str(work / "checkpoint"))
        .start()
    )
    points, number, held = [], 0, 0
    for step in range(1, steps + 1):
        wanted = keys * step // steps
        while held < wanted:
            more = min(250_000, wanted - held)
            write(source, number, range(held, held + more))
            held, number = held + more, number + 1
            query.processAllAvailable()
        costs = []
        for turn in range(MEASURED):
            start = (turn * 7919 * ROWS) % max(1, held - ROWS)
            write(source, number, range(start, start + ROWS))
            number += 1
            query.processAllAvailable()
            costs.append(query.lastProgress["durationMs"]["triggerExecution"])
        points.append((held, statistics.median(costs)))
        print(f"  {held:>11,} keys  {points[-1][1]:.1f} ms a batch of {ROWS:,}", flush=True)
    query.stop()
    spark.stop()
    return points


def plot(points: list[tuple[int, float]], path: Path) -> None:
    try:
        from matplotlib import pyplot
    except ImportError:
        print("  matplotlib is missing, so there is no plot: pip install matplotlib")
        return
    figure, axes = pyplot.subplots(figsize=(7, 4))
    axes.plot([keys for keys, _ in points], [ms for _, ms in points], marker="o")
    axes.set(xlabel="keys in state", ylabel=f"ms a batch of {ROWS:,} rows", ylim=(0, None))
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
