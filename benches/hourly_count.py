"""Hourly counts over ten million rows of NDJSON, two threads, beside DuckDB and Polars.

Each engine runs in its own process on the same files with a warm cache; the median of its
runs counts. ``hourly_count.py worker ENGINE FOLDER RUNS`` is one of these processes.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from common import (
    event_files,
    heading,
    median,
    missing,
    missing_spark,
    row,
    run_json,
    seconds,
    spark_python,
    version,
)

FILES, ROWS = 50, 200_000
RUNS = 5
THREADS = 2
Answer = list[tuple[str, int, int]]  # action, start of the hour in epoch seconds, count


def with_spark_api(package: str, folder: str) -> Callable[[], Answer]:
    if package == "caudal":
        import caudal

        caudal.activate()
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import window

    spark = (
        SparkSession.builder.master(f"local[{THREADS}]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", str(THREADS))
        .getOrCreate()
    )

    def answer() -> Answer:
        events = spark.read.schema("time timestamp, action string").json(folder)
        rows = events.groupBy("action", window("time", "1 hour")).count().collect()
        return [(row[0], int(row[1]["start"].timestamp()), row[2]) for row in rows]

    return answer


def with_duckdb(folder: str) -> Callable[[], Answer]:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    statement = f"""
        SELECT action, time - time % 3600 AS hour, count(*)
        FROM read_ndjson('{folder}/*.json', columns = {{time: 'BIGINT', action: 'VARCHAR'}})
        GROUP BY ALL
    """
    return lambda: connection.execute(statement).fetchall()


def with_polars(folder: str) -> Callable[[], Answer]:
    import polars as pl

    def answer() -> Answer:
        files = sorted(Path(folder).glob("*.json"))
        events = pl.scan_ndjson(files, schema={"time": pl.Int64, "action": pl.String})
        hour = (pl.col("time") - pl.col("time") % 3600).alias("hour")
        return events.group_by("action", hour).agg(pl.len()).collect(engine="streaming").rows()

    return answer


def worker(engine: str, folder: str, runs: int) -> None:
    makers = {"duckdb": with_duckdb, "polars": with_polars}
    answer = makers[engine](folder) if engine in makers else with_spark_api(engine, folder)
    rows = answer()  # warms the cache of files, and what else an engine keeps
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        again = answer()
        taken.append(time.perf_counter() - began)
        assert sorted(again) == sorted(rows)
    assert sum(count for *_, count in rows) == FILES * ROWS, "the counts do not sum to the rows"
    print(json.dumps({"taken": taken, "rows": sorted(rows)}))


def run(python: object, engine: str, folder: Path, runs: int) -> tuple[float, list]:
    result = run_json(
        [str(python), __file__, "worker", engine, folder, str(runs)],
        POLARS_MAX_THREADS=str(THREADS),
        TZ="UTC",
    )
    return median(result["taken"]), result["rows"]


def main() -> None:
    heading(f"hourly counts over {FILES * ROWS:,} rows of NDJSON, {THREADS} threads")
    folder = event_files("hourly", FILES, ROWS)
    ours, rows = run(sys.executable, "caudal", folder, RUNS)
    what = "hourly counts, 10 million NDJSON rows"
    print(f"  caudal: {seconds(ours)}, {FILES * ROWS / ours / 1e6:.1f} million rows a second")
    for engine, name in (("duckdb", "DuckDB"), ("polars", "Polars")):
        if find_spec(engine) is None:
            missing(name, "pip install -r requirements/bench.txt")
            continue
        theirs, other = run(sys.executable, engine, folder, RUNS)
        assert other == rows, f"{name} counts otherwise"
        label = f"{name} {version(sys.executable, engine)}"
        row(what, seconds(ours), label, seconds(theirs), theirs / ours)
    peer = spark_python()
    if peer is None:
        missing_spark()
        return
    theirs, other = run(peer, "pyspark", folder, 3)
    assert other == rows, "Spark counts otherwise"
    label = f"PySpark {version(peer, 'pyspark')}"
    row(what, seconds(ours), label, seconds(theirs), theirs / ours)


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main()
