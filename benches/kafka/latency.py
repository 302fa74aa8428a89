"""From produce() to the sink's topic: a map query over Apache Kafka at 1,000 records a second,
default trigger, durable checkpoint, beside PySpark's in the same run (``--peers``).

The record carries the time at which it was given to the producer; a consumer in a process of its
own takes the time when it has the query's record. Producer, consumer, query and broker share the
machine's cores.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(ROOT))

from common import heading, missing, missing_spark, row, spark_python

RATE, SECONDS, WARM = 1_000, 30, 10


def make_topics(servers: str, names: list[str]) -> None:
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": servers})
    for made in admin.create_topics([NewTopic(name, 1, 1) for name in names]).values():
        made.result()


def produce(servers: str, topic: str, seconds: int) -> None:
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": servers, "linger.ms": 0})
    began = time.perf_counter()
    for number in range(RATE * seconds):
        while time.perf_counter() < began + number / RATE:
            time.sleep(0.0002)
        producer.produce(topic, value=str(time.time_ns()))
        producer.poll(0)
    producer.flush()


def consume(servers: str, topic: str, records: int) -> None:
    """Prints the waits in milliseconds, without those of the warm-up."""
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer(
        {"bootstrap.servers": servers, "group.id": "latency", "fetch.wait.max.ms": 10}
    )
    consumer.assign([TopicPartition(topic, 0, 0)])
    waits: list[float] = []
    while len(waits) < records:
        record = consumer.poll(60)
        if record is None:
            raise SystemExit(f"{len(waits)} of {records} records came")
        if record.error():
            raise SystemExit(str(record.error()))
        waits.append((time.time_ns() - int(record.value()[2:])) / 1e6)
    consumer.close()
    print(json.dumps(waits[RATE * WARM :]))


def query(package: str, servers: str, topic: str, sink: str) -> None:
    """Runs until its input ends."""
    if package == "caudal":
        import caudal

        caudal.activate()
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    if package != "caudal":
        from tests.kafka.spark_jars import SETTING, spark_jars

        builder = builder.config(SETTING, spark_jars())
    spark = builder.getOrCreate()
    with tempfile.TemporaryDirectory() as folder:
        running = (
            spark.readStream.format("kafka")
            .option("kafka.bootstrap.servers", servers)
            .option("subscribe", topic)
            .option("startingOffsets", "earliest")
            .load()
            .selectExpr("concat('v:', CAST(value AS STRING)) AS value")
            .writeStream.format("kafka")
            .option("kafka.bootstrap.servers", servers)
            .option("topic", sink)
            .option("checkpointLocation", folder)
            .start()
        )
        while not running.lastProgress:
            time.sleep(0.05)
        print("ready", flush=True)
        sys.stdin.read()
        print(running.lastProgress["durationMs"], file=sys.stderr)
        running.stop()


def measure(python: Path | str, package: str, servers: str) -> list[float]:
    topic, sink = f"in-{package}", f"out-{package}"
    make_topics(servers, [topic, sink])
    this = str(Path(__file__))
    running = subprocess.Popen(
        [str(python), this, "query", package, servers, topic, sink],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdin is not None and running.stdout is not None
    # One record so that there is a first batch.
    produce_one(servers, topic)
    if "ready" not in running.stdout.readline():
        raise SystemExit("the query did not start")
    records = RATE * (WARM + SECONDS)
    consumer = subprocess.Popen(
        [sys.executable, this, "consume", servers, sink, str(records + 1)],
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(1)
    producing = [sys.executable, this, "produce", servers, topic, str(WARM + SECONDS)]
    subprocess.run(producing, check=True)
    answer, _ = consumer.communicate()
    running.stdin.close()
    running.wait()
    return list(json.loads(answer))


def produce_one(servers: str, topic: str) -> None:
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": servers})
    producer.produce(topic, value=str(time.time_ns()))
    producer.flush()


def figures(waits: list[float]) -> tuple[float, float]:
    return statistics.median(waits), statistics.quantiles(waits, n=100)[98]


def main() -> None:
    match sys.argv[1:]:
        case ["produce", servers, topic, seconds]:
            produce(servers, topic, int(seconds))
        case ["consume", servers, topic, records]:
            consume(servers, topic, int(records))
        case ["query", package, servers, topic, sink]:
            query(package, servers, topic, sink)
        case _:
            compare()


def compare() -> None:
    from tests.kafka.brokers import BrokerMissing, apache_kafka

    heading(f"a record's way through a map query, {RATE:,} a second")
    spark = spark_python() if "--peers" in sys.argv else None
    try:
        with tempfile.TemporaryDirectory() as folder, apache_kafka(Path(folder)) as broker:
            p50, p99 = figures(measure(sys.executable, "caudal", broker.bootstrap))
            print(f"  p50 {p50:.1f} ms, p99 {p99:.1f} ms")
            if spark is None:
                row("record to sink topic, p50 / p99", f"{p50:.1f} / {p99:.1f} ms", "", "", None)
                if "--peers" in sys.argv:
                    missing_spark()
                return
            of_spark = figures(measure(spark, "pyspark", broker.bootstrap))
            row(
                "record to sink topic, p50 / p99",
                f"{p50:.1f} / {p99:.1f} ms",
                "PySpark local[2]",
                f"{of_spark[0]:.0f} / {of_spark[1]:.0f} ms",
                of_spark[0] / p50,
            )
    except BrokerMissing as why:
        missing("Apache Kafka", str(why))


if __name__ == "__main__":
    main()
