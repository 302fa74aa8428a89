"""The continuous query that the crash tests kill: ``continuous.py CHECKPOINT EPOCHS``.

A plain PySpark program. It reads the rate source and ends once so many epochs were
committed since it began.
"""

import sys
import time
from pathlib import Path

from pyspark.sql import SparkSession


def committed(checkpoint: Path) -> int:
    return max((int(f.name) for f in (checkpoint / "commits").glob("[0-9]*")), default=-1)


def main(checkpoint: Path, epochs: int) -> None:
    spark = SparkSession.builder.master("local[1]").getOrCreate()
    rate = spark.readStream.format("rate").option("rowsPerSecond", 200).load()
    last = committed(checkpoint) + epochs
    query = (
        rate.where("value % 2 = 0")
        .writeStream.format("noop")
        .option("checkpointLocation", str(checkpoint))
        .trigger(continuous="50 milliseconds")
        .start()
    )
    while committed(checkpoint) < last and query.isActive:
        time.sleep(0.01)
    query.stop()
    failure = query.exception()
    if failure is not None:
        raise failure


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
