"""The events lesson from end to end: ``python demo/events.py [OUTPUT_FOLDER]``.

Makes the data, counts actions by hour as a batch, counts them again on a stream that
reads one file at a time, compares the two, prints the table and draws it.
"""

import sys
import time
from pathlib import Path

from caudal import datasets
from caudal.sql import DataFrame, SparkSession
from caudal.sql.functions import col, window

SCHEMA = "time timestamp, action string"
TIMELINE = """
    select action, date_format(window.end, "MMM-dd HH:mm") as time, count
    from {table} order by time, action
"""


def hourly_counts(events: DataFrame) -> DataFrame:
    """The one query of this lesson: the same for a batch and for a stream."""
    return events.groupBy(events.action, window(events.time, "1 hour")).count()


def plot(counts: DataFrame, target: Path) -> None:
    """Actions by hour, one line for each action."""
    try:
        import matplotlib
    except ImportError:
        print("no plot: matplotlib is not installed (pip install 'caudal[notebook]')")
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(11, 4.5), layout="constrained")
    hours = counts.select("action", col("window.start").alias("hour"), "count").orderBy("hour")
    rows = hours.collect()
    for action, colour in (("Open", "#1f77b4"), ("Close", "#d62728")):
        points = [(row["hour"], row["count"]) for row in rows if row["action"] == action]
        axes.plot(*zip(*points, strict=True), label=action, color=colour, marker=".")
    axes.set_title("Actions by hour")
    axes.set_ylabel("actions")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.autofmt_xdate()
    figure.savefig(target, dpi=120)
    print(f"plot: {target}")


def main(output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    spark = (
        SparkSession.builder.appName("events lesson")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    session_ready = time.perf_counter()
    folder = output / "events"
    datasets.events(folder)
    data_ready = time.perf_counter()

    static_counts = hourly_counts(spark.read.schema(SCHEMA).json(str(folder)))
    static_counts.createOrReplaceTempView("static_counts")
    batch = spark.sql(TIMELINE.format(table="static_counts")).collect()
    batch_done = time.perf_counter()

    stream = spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(str(folder))
    query = (
        hourly_counts(stream)
        .writeStream.format("memory")
        .queryName("counts")
        .outputMode("complete")
        .start()
    )
    query.processAllAvailable()
    timeline = spark.sql(TIMELINE.format(table="counts"))
    stream_done = time.perf_counter()

    timeline.show(12, truncate=False)
    batches = [p for p in query.recentProgress if p["numInputRows"] > 0]
    print(f"batches of the stream: {len(batches)}, {len(timeline.collect())} counts")
    if timeline.collect() != batch:
        raise SystemExit("the stream and the batch do not agree")
    print("the stream's table equals the batch's")
    print(
        f"seconds: session {session_ready - began:.3f}, data {data_ready - session_ready:.3f}, "
        f"batch {batch_done - data_ready:.3f}, stream {stream_done - batch_done:.3f}"
    )
    plot(static_counts, output / "actions_by_hour.png")
    query.stop()
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output"))
