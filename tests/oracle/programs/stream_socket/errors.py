"""What is refused of a socket: options, schemas, batches, and a server that is not there?"""

import socket


def run(spark, ctx):
    def reader(**options):
        made = spark.readStream.format("socket")
        for name, value in options.items():
            made = made.option(name, value)
        return made

    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    yield "no host", ctx.error(lambda: reader(port=port).load())
    yield "no port", ctx.error(lambda: reader(host="127.0.0.1").load())
    yield "port no number", ctx.error(lambda: reader(host="127.0.0.1", port="x").load())
    yield (
        "includeTimestamp",
        ctx.error(lambda: reader(host="127.0.0.1", port=port, includeTimestamp="maybe").load()),
    )
    yield (
        "a schema",
        ctx.error(lambda: reader(host="127.0.0.1", port=port).schema("value string").load()),
    )
    yield (
        "as a batch",
        ctx.error(
            lambda: (
                spark.read.format("socket")
                .option("host", "127.0.0.1")
                .option("port", port)
                .load()
                .collect()
            )
        ),
    )
    lines = reader(host="127.0.0.1", port=port).load()
    yield "nobody is there at load", lines.isStreaming
    query = lines.writeStream.format("memory").queryName("nobody").start()
    error = ctx.error(lambda: query.awaitTermination(60)).encoded
    yield "nobody is there at the start", [error["class"], error.get("condition")]
    cause = str(query.exception())
    yield "and why", "Connection refused" in cause
    yield "active", query.isActive
