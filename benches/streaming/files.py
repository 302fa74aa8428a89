"""JSON files to Parquet files as a stream, beside PySpark and beside DuckDB's COPY.

Two gigabytes of readings, one query with a checkpoint, ten batches; the file sink writes its log
and syncs it. DuckDB does the same in one statement, without log or checkpoint. ``files.py worker
ENGINE FOLDER OUT`` is one run in its own process; ``--peers`` measures PySpark too (minutes).
"""

import json
import shutil
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common import (
    CACHE,
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

FILES, ROWS, DISTINCT = 100, 97_000, 5
RUNS = 3
SCHEMA = (
    "Arrival_Time long, Creation_Time long, Device string, `Index` long, Model string, "
    "User string, gt string, x double, y double, z double"
)


def readings() -> Path:
    """A hundred files of 20 MB, made once and kept in the cache."""
    folder = CACHE / f"readings-{FILES}x{ROWS}"
    if (folder / "_SUCCESS").exists():
        return folder
    from caudal import datasets

    shutil.rmtree(folder, ignore_errors=True)
    print(f"  making {FILES * ROWS:,} readings in {folder}")
    made = datasets.activity(folder, DISTINCT, ROWS)
    for number in range(DISTINCT, FILES):
        shutil.copy(made[number % DISTINCT], folder / f"part-{number:05}.json")
    (folder / "_SUCCESS").touch()
    return folder


def with_duckdb(folder: str, out: str) -> int:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    names = [column.split() for column in SCHEMA.replace("`", '"').split(", ")]
    kinds = {"long": "BIGINT", "string": "VARCHAR", "double": "DOUBLE"}
    columns = ", ".join(f"{name}: '{kinds[kind]}'" for name, kind in names)
    copied = connection.execute(
        f"COPY (SELECT * FROM read_json('{folder}/*.json', format = 'newline_delimited', "
        f"columns = {{{columns}}})) TO '{out}/all.parquet' (FORMAT parquet, COMPRESSION snappy)"
    )
    return int(copied.fetchall()[0][0])


def with_spark_api(package: str, folder: str, out: str) -> int:
    if package == "caudal":
        import caudal

        caudal.activate()
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "4g")
        .getOrCreate()
    )
    reader = spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", FILES // 10)
    began = time.perf_counter()
    writer = reader.json(folder).writeStream.format("parquet").trigger(availableNow=True)
    query = writer.option("checkpointLocation", f"{out}/log").start(f"{out}/data")
    query.awaitTermination()
    with_spark_api.took = time.perf_counter() - began  # type: ignore[attr-defined]
    return sum(progress["numInputRows"] for progress in query.recentProgress)


def worker(engine: str, folder: str, out: str) -> None:
    began = time.perf_counter()
    rows = with_duckdb(folder, out) if engine == "duckdb" else with_spark_api(engine, folder, out)
    took = getattr(with_spark_api, "took", time.perf_counter() - began)
    assert rows == FILES * ROWS, rows
    print(json.dumps({"took": took}))


def run(python: object, engine: str, folder: Path) -> float:
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        result = run_json([str(python), __file__, "worker", engine, folder, scratch], TZ="UTC")
    print(f"  {engine}: {seconds(result['took'])}", flush=True)
    return float(result["took"])


def main() -> None:
    folder = readings()
    size = sum(file.stat().st_size for file in folder.glob("*.json"))
    heading(f"JSON to Parquet as a stream, {size / 1e9:.1f} GB in {FILES} files")
    if find_spec("duckdb") is None:
        missing("DuckDB", "make bench installs it")
        ours = [run(sys.executable, "caudal", folder) for _ in range(RUNS)]
    else:
        pairs = [
            (run(sys.executable, "caudal", folder), run(sys.executable, "duckdb", folder))
            for _ in range(RUNS)
        ]
        ours = [mine for mine, _ in pairs]
        theirs = median([other for _, other in pairs])
        label = f"DuckDB {version(sys.executable, 'duckdb')}, COPY"
        mine = median(ours)
        row("2 GB of JSON to Parquet", seconds(mine), label, seconds(theirs), theirs / mine)
    if "--peers" not in sys.argv:
        return
    peer = spark_python()
    if peer is None:
        missing_spark()
        return
    theirs = run(peer, "pyspark", folder)
    mine = median(ours)
    label = f"PySpark {version(peer, 'pyspark')}"
    row("2 GB of JSON to Parquet", seconds(mine), label, seconds(theirs), theirs / mine)


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(*sys.argv[2:])
    else:
        main()
