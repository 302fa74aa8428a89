"""The 22 questions of TPC-H at scale 1 over Parquet, two threads, beside DuckDB and PySpark.

Each engine answers all questions in one process, each question once to warm up and then
``RUNS`` times; a question's median counts. Answers are compared with DuckDB's before anything
is said of time. Data come from ``tpchgen-cli`` (PyPI), once, into the cache.
``tpch.py worker ENGINE FOLDER RUNS`` is one of the processes; ``--scale N`` and ``--peers``
(PySpark, minutes) are for people.
"""

import json
import math
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

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

TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]
RUNS = 3
THREADS = 2


def questions() -> dict[str, str]:
    text = (HERE / "queries.sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- (q\d\d)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def data(scale: str) -> Path | None:
    folder = CACHE / f"tpch-{scale}"
    if all((folder / f"{table}.parquet").exists() for table in TABLES):
        return folder
    generator = shutil.which("tpchgen-cli") or str(Path(sys.executable).parent / "tpchgen-cli")
    if not Path(generator).exists():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    print(f"  making TPC-H at scale {scale} in {folder}")
    subprocess.run([generator, "parquet", "-s", scale, "--output-dir", folder], check=True)
    return folder


def with_spark_api(package: str, folder: str) -> Callable[[str], list[Any]]:
    if package == "caudal":
        import caudal

        caudal.activate()
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master(f"local[{THREADS}]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", str(THREADS))
        .getOrCreate()
    )
    for table in TABLES:
        spark.read.parquet(f"{folder}/{table}.parquet").createOrReplaceTempView(table)
    return lambda text: [tuple(found) for found in spark.sql(text).collect()]


def with_duckdb(folder: str) -> Callable[[str], list[Any]]:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    for table in TABLES:
        connection.execute(
            f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{folder}/{table}.parquet')"
        )
    return lambda text: connection.execute(text).fetchall()


def worker(engine: str, folder: str, runs: int) -> dict[str, Any]:
    answer = with_duckdb(folder) if engine == "duckdb" else with_spark_api(engine, folder)
    results = {}
    for name, text in questions().items():
        rows = answer(text)
        took = []
        for _ in range(runs):
            began = time.perf_counter()
            answer(text)
            took.append(time.perf_counter() - began)
        plain = [[plainly(value) for value in found] for found in rows]
        results[name] = {"seconds": median(took), "rows": plain}
    return results


def plainly(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value if is_json(value) else str(value)


def is_json(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def same(left: list[list[Any]], right: list[list[Any]]) -> bool:
    """Numbers to nine digits: engines give averages and quotients other types."""

    def alike(a: Any, b: Any) -> bool:
        if isinstance(a, int | float) and isinstance(b, int | float):
            return math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-6)
        return bool(a == b)

    return len(left) == len(right) and all(
        len(a) == len(b) and all(map(alike, a, b)) for a, b in zip(left, right, strict=True)
    )


def measured(python: str | Path, engine: str, folder: Path, runs: int) -> dict[str, Any]:
    result = run_json([python, __file__, "worker", engine, str(folder), str(runs)])
    assert isinstance(result, dict)
    return result


def main() -> None:
    if sys.argv[1:2] == ["worker"]:
        engine, folder, runs = sys.argv[2:]
        print(json.dumps(worker(engine, folder, int(runs))))
        return
    scale = sys.argv[sys.argv.index("--scale") + 1] if "--scale" in sys.argv else "1"
    heading(f"the 22 questions of TPC-H, scale {scale}, Parquet")
    folder = data(scale)
    if folder is None or find_spec("duckdb") is None:
        missing("DuckDB", "needs duckdb and tpchgen-cli: pip install duckdb tpchgen-cli")
        return
    ours = measured(sys.executable, "caudal", folder, RUNS)
    duckdb = measured(sys.executable, "duckdb", folder, RUNS)
    for name, theirs in duckdb.items():
        verdict = "same" if same(ours[name]["rows"], theirs["rows"]) else "OTHER ROWS"
        mine, its = ours[name]["seconds"], theirs["seconds"]
        print(f"  {name} {mine:7.3f} s, DuckDB {its:7.3f} s, {its / mine:5.2f}×, {verdict}")
    what = f"22 questions of TPC-H, scale {scale}, Parquet"
    tell(what, ours, f"DuckDB {version(sys.executable, 'duckdb')}", duckdb)
    spark = spark_python() if "--peers" in sys.argv else None
    if spark:
        tell(what, ours, "PySpark local[2]", measured(spark, "pyspark", folder, 1))
    elif "--peers" in sys.argv:
        missing_spark()


def tell(what: str, ours: dict[str, Any], peer: str, theirs: dict[str, Any]) -> None:
    mine = sum(found["seconds"] for found in ours.values())
    its = sum(found["seconds"] for found in theirs.values())
    row(what, seconds(mine), peer, seconds(its), its / mine)


if __name__ == "__main__":
    main()
