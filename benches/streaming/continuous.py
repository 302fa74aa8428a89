"""How long a row waits for its query: the continuous trigger beside micro-batches.

The rate source says when a row is due; a memory stream's rows say when they were about to be
added. ``now()`` in the query is when the plan has the row in hand, on its way into the sink. Of
the rate source's batches a row waits for the end of its second, as in Spark; a batch of a
memory stream waits for the batch before and for the logs.
"""

import datetime
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common import heading, row

SECONDS, ADDED, PAUSE = 5, 1_000, 0.003
TRIGGERS: dict[str, dict[str, str]] = {
    "continuous": {"continuous": "1 second"},
    "micro-batches": {"processingTime": "0 seconds"},
}


def session() -> Any:
    from caudal.sql import SparkSession

    # The time within a continuous query is refused by Spark's check, and is what is measured.
    return (
        SparkSession.builder.master("local[1]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.streaming.unsupportedOperationCheck", "false")
        .getOrCreate()
    )


def start(stream: Any, trigger: dict[str, str], checkpoint: str) -> Any:
    from caudal.sql import functions as F

    timed = stream.select("at", F.now().alias("seen"))
    writer = timed.writeStream.format("memory").queryName("seen").trigger(**trigger)
    return writer.option("checkpointLocation", checkpoint).start()


def waits(spark: Any, query: Any) -> list[float]:
    """Milliseconds of each row, without those of the query's own start."""
    query.processAllAvailable()
    query.stop()
    rows = spark.table("seen").orderBy("at").collect()
    found = [(r.seen - r.at) / datetime.timedelta(milliseconds=1) for r in rows]
    return found[len(found) // 5 :]


def of_rate(spark: Any, trigger: dict[str, str], checkpoint: str) -> list[float]:
    rate = spark.readStream.format("rate").option("rowsPerSecond", 500)
    rate = rate.option("numPartitions", 1).load().withColumnRenamed("timestamp", "at")
    query = start(rate, trigger, checkpoint)
    time.sleep(SECONDS)
    return waits(spark, query)


def of_memory(spark: Any, trigger: dict[str, str], checkpoint: str) -> list[float]:
    from caudal.testing import MemoryStream

    stream = MemoryStream(spark, "at TIMESTAMP")
    query = start(stream.toDF(), trigger, checkpoint)
    for _ in range(ADDED):
        stream.addData((datetime.datetime.now(datetime.UTC),))
        time.sleep(PAUSE)
    return waits(spark, query)


def shown(found: list[float]) -> str:
    cuts = statistics.quantiles(found, n=1000)
    return f"p50 {cuts[499]:.2f} ms, p99 {cuts[989]:.2f} ms, p99.9 {cuts[998]:.2f} ms"


def main() -> None:
    heading("A row on its way into the sink")
    spark = session()
    for name, measure in {"the rate source": of_rate, "a memory stream": of_memory}.items():
        found = {}
        for trigger, options in TRIGGERS.items():
            with tempfile.TemporaryDirectory() as checkpoint:
                found[trigger] = measure(spark, options, checkpoint)
            print(f"  {name}, {trigger}: {shown(found[trigger])} of {len(found[trigger]):,} rows")
        ours, theirs = (statistics.median(found[trigger]) for trigger in TRIGGERS)
        row(
            f"a row of {name} to its sink, continuous",
            f"{ours:.2f} ms",
            "Caudal, micro-batches",
            f"{theirs:.2f} ms",
            theirs / ours,
        )
    spark.stop()


if __name__ == "__main__":
    main()
