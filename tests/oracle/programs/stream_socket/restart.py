"""What does a query over a socket do when it starts again from its checkpoint?"""

import socket
import threading
import time


def run(spark, ctx):
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    connections = []

    def accept():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            connections.append(connection)

    threading.Thread(target=accept, daemon=True).start()
    got = []

    def start():
        lines = (
            spark.readStream.format("socket")
            .option("host", "127.0.0.1")
            .option("port", port)
            .load()
        )
        return (
            lines.writeStream.foreachBatch(lambda frame, _: got.extend(frame.collect()))
            .option("checkpointLocation", ctx.path("checkpoint"))
            .start()
        )

    def wait_for(condition, query=None):
        for _ in range(1000):
            if condition() or (query is not None and not query.isActive):
                return
            time.sleep(0.05)

    query = start()
    wait_for(lambda: connections)
    connections[0].sendall(b"a\nb\nc\n")
    wait_for(lambda: len(got) == 3)
    query.processAllAvailable()
    query.stop()
    yield "first run", sorted(row.value for row in got)
    again = start()
    wait_for(lambda: len(connections) == 2, again)
    yield "connects again", len(connections)
    if len(connections) == 2:
        connections[1].sendall(b"d\n")
        wait_for(lambda: len(got) == 4, again)
        time.sleep(1)
    error = again.exception()
    yield "active", again.isActive
    yield "error", None if error is None else [type(error).__name__, error.getCondition()]
    if error is not None:
        yield "says", str(error).split("\n")[0][:60]
    yield "rows of both runs", sorted(row.value for row in got)
    again.stop()
    server.close()
