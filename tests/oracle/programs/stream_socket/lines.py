"""Which rows and batches does a socket give, line by line, and what does the query say of them?"""

import socket
import threading
import time


class Feeder:
    """One connection after another; each is sent what is asked for."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.connected = threading.Event()
        self.connections = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.connections.append(connection)
            self.connected.set()

    def send(self, content):
        assert self.connected.wait(60)
        self.connections[-1].sendall(content)

    def close(self):
        for connection in self.connections:
            connection.close()
        self.server.close()


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def run(spark, ctx):
    feeder = Feeder()
    lines = (
        spark.readStream.format("socket")
        .option("host", "127.0.0.1")
        .option("port", feeder.port)
        .option("numPartitions", 1)
        .load()
    )
    yield "schema", lines.schema.simpleString()
    query = lines.writeStream.format("memory").queryName("lines").start()
    feeder.connected.wait(60)

    def rows():
        return [row.value for row in spark.table("lines").collect()]

    def after(content, count):
        feeder.send(content)
        wait_for(lambda: len(rows()) == count)
        return rows()

    yield "one line", after(b"uno\n", 1)
    yield "half a line", after("dos y medio\nña".encode(), 2)
    yield "the rest of it", after("ndú\n".encode(), 3)
    yield "ends of lines", after(b"a\r\nb\rc\n\n", 7)
    yield "spaces and tabs", after(b"  x \t\n", 8)
    yield "not UTF-8", after(b"\xff\xfeabc\n", 9)
    yield "zero byte", after(b"a\x00b\n", 10)
    progress = query.lastProgress["sources"][0]
    yield "source", progress["description"].replace(str(feeder.port), "PORT")
    yield "first batch", query.recentProgress[0]["numInputRows"]
    yield (
        "offsets are numbers",
        [
            progress["startOffset"] is None or int(progress["startOffset"]) >= -1,
            int(progress["endOffset"]) >= 0,
        ],
    )
    feeder.send(b"last, without an end")
    feeder.connections[-1].close()
    wait_for(lambda: len(rows()) == 11)
    yield "a line that ends with the input", rows()[-1]
    yield "the end of the input ends nothing", [query.isActive, query.exception()]
    query.stop()
    feeder.close()
