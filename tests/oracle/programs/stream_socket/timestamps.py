"""What does ``includeTimestamp`` give, and can a window be made of it?"""

import datetime
import socket
import time

from pyspark.sql.functions import count, window


def run(spark, ctx):
    server = socket.create_server(("127.0.0.1", 0))
    lines = (
        spark.readStream.format("socket")
        .option("host", "127.0.0.1")
        .option("port", server.getsockname()[1])
        .option("includeTimestamp", "true")
        .load()
    )
    yield "schema", lines.schema.simpleString()
    counts = lines.groupBy(window("timestamp", "1 day"), "value").agg(count("*").alias("n"))
    before = datetime.datetime.now()
    query = counts.writeStream.format("memory").queryName("c").outputMode("complete").start()
    connection, _ = server.accept()
    connection.sendall(b"a\nb\na\n")

    def table():
        return spark.table("c").collect()

    for _ in range(1000):
        if sum(row.n for row in table()) == 3:
            break
        time.sleep(0.05)
    totals = {}
    for row in table():
        totals[row.value] = totals.get(row.value, 0) + row.n
    yield "counts", sorted(totals.items())
    start = min(row.window.start for row in table())
    yield "times are now", start - before < datetime.timedelta(days=1)
    query.stop()
    connection.close()
    server.close()
