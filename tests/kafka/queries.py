"""What the tests of faults do with a session: readers and writers over a broker, and
waiting with an end. Knows Caudal's Python tree and nothing of pytest."""

import time
from collections.abc import Callable
from typing import Any

from caudal.sql import DataFrame, SparkSession

SECONDS = 60


def session() -> SparkSession:
    return (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )


def batch(spark: SparkSession, bootstrap: str, topic: str, **options: Any) -> DataFrame:
    """A topic as a batch; `options` have `_` for the `.` of their names."""
    return _options(spark.read, bootstrap, subscribe=topic, **options).load()


def stream(spark: SparkSession, bootstrap: str, topic: str, **options: Any) -> DataFrame:
    """A topic from its beginning."""
    given = {"startingOffsets": "earliest", **options}
    return _options(spark.readStream, bootstrap, subscribe=topic, **given).load()


def start(rows: DataFrame, bootstrap: str, checkpoint: Any, **options: Any) -> Any:
    """A query of `rows` into Kafka, begun."""
    writer = _options(rows.writeStream, bootstrap, **options)
    return writer.option("checkpointLocation", str(checkpoint)).start()


def save(rows: DataFrame, bootstrap: str, **options: Any) -> None:
    """`rows` into Kafka, as a batch."""
    _options(rows.write, bootstrap, **options).save()


def _options(builder: Any, bootstrap: str, **options: Any) -> Any:
    builder = builder.format("kafka").option("kafka.bootstrap.servers", bootstrap)
    for name, value in options.items():
        if value is not None:
            builder = builder.option(name.replace("_", "."), value)
    return builder


def texts(rows: DataFrame) -> DataFrame:
    return rows.selectExpr("CAST(value AS STRING) AS value")


def values(rows: DataFrame) -> list[str]:
    return [row.value for row in texts(rows).collect()]


def ended(query: Any, seconds: float = SECONDS) -> str:
    """The error of a query that fails within `seconds`."""
    try:
        query.awaitTermination(seconds)
    except Exception as error:
        return str(error)
    assert not query.isActive, f"it did not fail in {seconds} s"
    raise AssertionError("it ended without an error")


def until(true: Callable[[], Any], what: str, seconds: float = SECONDS) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"not in {seconds} s: {what}"
        time.sleep(0.02)
