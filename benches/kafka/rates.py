"""How fast a topic is read: Caudal's source into the no-op sink, beside a bare consumer of the
same client library and beside PySpark.

Real Apache Kafka on this machine, one topic of two partitions a kind of record. Each run is a
process of its own; seconds are from starting the query (or making the client) to its end, so a
session's start is not in them. ``--peers`` measures PySpark too (minutes).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(ROOT))

from common import heading, median, missing, missing_spark, row, run_json, spark_python

RUNS = 3
# Name, records, bytes of a value; of the last, values are JSON.
TOPICS = [("small", 3_000_000, 100), ("large", 1_000_000, 1024), ("json", 2_000_000, 0)]
SCHEMA = "id long, device string, model string, x double, y double, z double"


def fill(servers: str) -> None:
    from confluent_kafka import Producer
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": servers})
    topics = [NewTopic(name, 2, 1) for name, _, _ in TOPICS]
    for made in admin.create_topics(topics).values():
        made.result()
    producer = Producer(
        {
            "bootstrap.servers": servers,
            "linger.ms": 50,
            "batch.size": 1_000_000,
            "queue.buffering.max.messages": 1_000_000,
        }
    )
    for name, records, size in TOPICS:
        print(f"  writing {records:,} records to {name}")
        for number in range(records):
            if size:
                value = (b"%d|" % number).ljust(size, b"x")
            else:
                value = json.dumps(
                    {"id": number, "device": f"d{number % 97}", "model": "nexus4"}
                    | dict.fromkeys("xyz", number / 7)
                ).encode()
            while True:
                try:
                    producer.produce(name, value=value, partition=number % 2)
                    break
                except BufferError:
                    producer.poll(0.05)
        producer.flush()


def query(package: str, servers: str, topic: str, parse: bool) -> float:
    """The seconds of one run of a query that reads the topic to its end."""
    if package == "caudal":
        import caudal

        caudal.activate()
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as f

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    if package != "caudal":
        from tests.kafka.spark_jars import SETTING, spark_jars

        builder = builder.config(SETTING, spark_jars()).config("spark.driver.memory", "4g")
    spark = builder.getOrCreate()
    if package != "caudal":
        spark.sparkContext.setLogLevel("ERROR")
    stream = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", servers)
        .option("subscribe", topic)
        .option("startingOffsets", "earliest")
        .load()
    )
    if parse:
        value = f.from_json(f.col("value").cast("string"), SCHEMA)
        stream = stream.select(value.alias("v")).select("v.*")
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        running = (
            stream.writeStream.format("noop")
            .option("checkpointLocation", folder)
            .trigger(availableNow=True)
            .start()
        )
        running.awaitTermination()
        took = time.perf_counter() - began
        rows = sum(progress["numInputRows"] for progress in running.recentProgress)
    expected = next(records for name, records, _ in TOPICS if name == topic)
    if rows != expected:
        raise SystemExit(f"{rows} rows of {expected}")
    return took


def bare_consumer() -> Path:
    crate = Path(__file__).resolve().parent / "bare_consumer"
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    subprocess.run(
        ["cargo", "build", "--release", "--locked", "--manifest-path", crate / "Cargo.toml"],
        env={**os.environ, "CARGO_TARGET_DIR": str(target)},
        check=True,
        capture_output=True,
    )
    return target / "release" / "bare_consumer"


def main() -> None:
    if sys.argv[1:2] == ["worker"]:
        package, servers, topic, parse = sys.argv[2:]
        print(json.dumps(query(package, servers, topic, parse == "parse")))
        return
    from tests.kafka.brokers import BrokerMissing, apache_kafka

    heading("reading a topic of Apache Kafka")
    bare = bare_consumer()
    spark = spark_python() if "--peers" in sys.argv else None
    try:
        with tempfile.TemporaryDirectory() as folder, apache_kafka(Path(folder)) as broker:
            fill(broker.bootstrap)
            compare(bare, broker.bootstrap, spark)
    except BrokerMissing as why:
        missing("Apache Kafka", str(why))


def compare(bare: Path, servers: str, spark: Path | None) -> None:
    for name, records, _ in TOPICS:
        for parse in [False, True] if name == "json" else [False]:
            kind = "parse" if parse else "plain"
            ours, peer = [], []
            for _ in range(RUNS):
                peer.append(run_json([bare, servers, name, str(records)])["seconds"])
                worker = [sys.executable, __file__, "worker", "caudal", servers, name, kind]
                ours.append(run_json(worker))
            shown = [f"{records / seconds / 1e6:.2f}" for seconds in ours]
            print(f"  {name} {kind}: ours {' '.join(shown)} million records a second")
            shown = [f"{records / seconds / 1e6:.2f}" for seconds in peer]
            print(f"  {name} {kind}: bare {' '.join(shown)}")
            what = f"topic '{name}' {'with from_json ' if parse else ''}to the no-op sink"
            rate = records / median(ours)
            of_peer = records / median(peer)
            row(
                what,
                f"{rate / 1e6:.2f} M records/s",
                "bare librdkafka consumer",
                f"{of_peer / 1e6:.2f} M records/s",
                rate / of_peer,
            )
            if spark is None:
                continue
            took = run_json([spark, __file__, "worker", "pyspark", servers, name, kind])
            row(
                what,
                f"{rate / 1e6:.2f} M records/s",
                "PySpark local[2]",
                f"{records / took / 1e6:.2f} M records/s",
                rate / (records / took),
            )
    if spark is None and "--peers" in sys.argv:
        missing_spark()


if __name__ == "__main__":
    main()
