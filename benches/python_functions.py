"""Python functions over a million rows: `udf`, `pandas_udf`, `arrow_udf`, maps and groups.

Each engine runs the same program in its own process; the best of three runs of a query
counts. ``python_functions.py worker ENGINE`` is one of these processes.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from common import heading, missing_spark, row, run_json, seconds, spark_python, version

ROWS = 1_000_000
RUNS = 3
PLANS = {
    "udf of an int": "udf",
    "three udfs of an int": "udfs",
    "udf of text": "text",
    "pandas_udf": "pandas",
    "arrow_udf": "arrow",
    "mapInPandas": "map",
    "applyInPandas, 100 groups": "groups",
}


def queries(spark: Any) -> dict[str, Callable[[], Any]]:
    import pyarrow.compute as pc
    from pyspark.sql import functions as F

    numbers = spark.range(0, ROWS, 1, 2)
    plus = F.udf(lambda x: x + 1, "long")
    times = F.udf(lambda x: x * 2, "long")
    less = F.udf(lambda x: x - 1, "long")
    text = F.udf(lambda x: x + "!", "string")
    pandas = F.pandas_udf(lambda x: x + 1, "long")
    arrow = F.arrow_udf(lambda x: pc.add(x, 1), "long")

    def renamed(parts):  # type: ignore[no-untyped-def]
        return (part.rename(columns={"id": "n"}) for part in parts)

    groups = numbers.withColumn("k", numbers.id % 100).groupBy("k")
    frames = {
        "udf": numbers.select(plus("id").alias("n")),
        "udfs": numbers.select((plus("id") + times("id") + less("id")).alias("n")),
        "text": numbers.select(F.length(text(numbers.id.cast("string"))).alias("n")),
        "pandas": numbers.select(pandas("id").alias("n")),
        "arrow": numbers.select(arrow("id").alias("n")),
        "map": numbers.mapInPandas(renamed, "n long"),
        "groups": groups.applyInPandas(lambda f: f[["id"]].rename(columns={"id": "n"}), "n long"),
    }
    return {
        name: lambda frame=frame: frame.agg(F.sum("n")).collect() for name, frame in frames.items()
    }


def worker(engine: str) -> None:
    if engine == "caudal":
        import caudal

        caudal.activate()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    took = {}
    for name, run in queries(spark).items():
        times = []
        for _ in range(RUNS):
            began = time.perf_counter()
            run()
            times.append(time.perf_counter() - began)
        took[name] = min(times)
    calls = time.perf_counter()
    for number in range(ROWS):
        (lambda x: x + 1)(number)
    took["calls"] = time.perf_counter() - calls
    spark.stop()
    print(json.dumps(took))


def main() -> None:
    heading(f"Python functions over {ROWS:,} rows")
    ours = run_json([sys.executable, __file__, "worker", "caudal"])
    print(f"   {ROWS:,} calls of the function alone, in a loop: {seconds(ours['calls'])}")
    spark, theirs = spark_python(), None
    if spark is None:
        missing_spark()
    else:
        theirs = run_json([spark, __file__, "worker", "pyspark"])
    for what, name in PLANS.items():
        if theirs is None or spark is None:
            row(f"{what}, {ROWS:,} rows", seconds(ours[name]), "", "", None)
            continue
        peer = f"PySpark {version(spark, 'pyspark')}"
        ratio = theirs[name] / ours[name]
        row(f"{what}, {ROWS:,} rows", seconds(ours[name]), peer, seconds(theirs[name]), ratio)


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(sys.argv[2])
    else:
        main()
