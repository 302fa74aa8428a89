"""What do a batch, a stream and a writer say when no broker answers?"""

QUICK = {
    "fetchOffset.numRetries": "1",
    "fetchOffset.retryIntervalMs": "10",
    "kafka.default.api.timeout.ms": "1500",
    "kafka.request.timeout.ms": "1000",
    "kafka.max.block.ms": "1000",
    "kafka.bootstrap.servers": "127.0.0.1:1",
}


def run(spark, ctx):
    def load(reader):
        return reader.format("kafka").options(subscribe="rows", **QUICK).load()

    yield "schema", ctx.outcome(lambda: load(spark.read).columns)
    yield "batch", ctx.outcome(lambda: load(spark.read).count())
    yield "stream", ctx.refusal(lambda: load(spark.readStream).select("offset"))
    one = spark.range(1).selectExpr("CAST(id AS STRING) value")
    yield (
        "write",
        ctx.outcome(lambda: one.write.format("kafka").options(topic="rows", **QUICK).save()),
    )
    wrong = {**QUICK, "kafka.bootstrap.servers": "nobody"}
    yield (
        "no port",
        ctx.outcome(
            lambda: spark.read.format("kafka").options(subscribe="rows", **wrong).load().count()
        ),
    )
    wrong = {**QUICK, "kafka.bootstrap.servers": ""}
    yield (
        "empty",
        ctx.outcome(
            lambda: spark.read.format("kafka").options(subscribe="rows", **wrong).load().count()
        ),
    )
    wrong = {**QUICK, "kafka.bootstrap.servers": "no-such-host.invalid:9092"}
    yield (
        "no such host",
        ctx.outcome(
            lambda: spark.read.format("kafka").options(subscribe="rows", **wrong).load().count()
        ),
    )
