"""Records what real Spark answers over real Kafka: ``python -m tests.kafka.record [filter …]``.

Needs Java, Maven (or the jars: see ``spark_jars`` and ``brokers``) and the PySpark of
``harness.SPARK_VERSION``; starts and stops an Apache Kafka of its own.
"""

import os
import sys
import tempfile
from pathlib import Path

from ..oracle import harness
from ..oracle.record import record
from . import brokers, spark_jars
from .collection import collection

# Hundreds of small batches in a short life: the thorough compiler never earns its time back,
# and the other manager of checkpoints starts a process for every file that it names. What is
# answered, and what lies in a checkpoint, is the same.
_QUICK = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.streaming.checkpointFileManagerClass": "org.apache.spark.sql.execution.streaming"
    ".checkpointing.FileSystemBasedCheckpointFileManager",
}


def main(filters: list[str]) -> int:
    import pyspark

    if pyspark.__version__ != harness.SPARK_VERSION:
        print(f"PySpark {harness.SPARK_VERSION} is needed, this is {pyspark.__version__}")
        return 2
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {**_QUICK, spark_jars.SETTING: spark_jars.spark_jars()}
    header = {"made with": {**spark_jars.versions(), "broker": brokers.kafka_version()}}
    with (
        tempfile.TemporaryDirectory() as scratch,
        brokers.apache_kafka(Path(scratch) / "broker") as broker,
    ):
        sessions = harness.Sessions("pyspark", settings)
        try:
            return record(collection(broker.bootstrap), sessions, filters, header)
        finally:
            sessions.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
