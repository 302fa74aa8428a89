"""The Spanish lesson's word count: lines from a socket, the counts complete on the console.

Usage: ``palabras.py _ ANSWERS_FILE``. A plain PySpark program; it listens itself, as
netcat would.
"""

import json
import os
import socket
import sys
import time
from pathlib import Path

answers_file = sys.argv[2]

# The console of Spark is that of its process, whoever writes there.
console = os.open("console.txt", os.O_WRONLY | os.O_CREAT)
os.dup2(console, 1)

from pyspark.sql import SparkSession  # noqa: E402

listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]

spark = (
    SparkSession.builder.appName("Streaming IABD WordCount")
    .master("local[2]")
    .config("spark.sql.shuffle.partitions", 2)
    .getOrCreate()
)
lineas = (
    spark.readStream.format("socket").option("host", "localhost").option("port", str(port)).load()
)
from pyspark.sql.functions import explode, split  # noqa: E402

palabras = lineas.select(explode(split(lineas.value, " ")).alias("palabra"))
cantidad = palabras.groupBy("palabra").count()
query = (
    cantidad.writeStream.queryName("Caso1WordCount")
    .format("console")
    .outputMode("complete")
    .start()
)
typist, _ = listener.accept()


def rows():
    return sum(p["numInputRows"] for p in query.recentProgress)


LINES = [
    "hola spark streaming",
    "hola hola",
    "",
    "año nuevo,  vida nueva",
    "adiós spark",
]
for number, line in enumerate(LINES, 1):
    typist.sendall(f"{line}\n".encode())
    while rows() < number and query.isActive:
        time.sleep(0.02)
answers = {"rows": rows()}
query.stop()
spark.stop()

sys.stdout.flush()
shown = Path("console.txt").read_text(encoding="utf-8")


def batch(text):
    """The number, and the table with its rows in an order of their own."""
    number, table = text.split("\n", 1)
    lines = [line for line in table.splitlines() if line and not line.startswith("---")]
    return [number, *sorted(lines)]


# An empty batch at the start comes or does not: it depends on who is first.
answers["shown"] = [batch(part)[1:] for part in shown.split("Batch: ")[1:]]
answers["shown"] = [table for table in answers["shown"] if len(table) > 4]
Path(answers_file).write_text(json.dumps(answers))
