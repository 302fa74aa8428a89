"""What do the options of the rate source do, and which values are refused?"""


def run(spark, ctx):
    def reader(**options):
        made = spark.readStream.format("rate")
        for name, value in options.items():
            made = made.option(name, value)
        return made

    yield "schema", reader().load().schema.simpleString()
    for name, value in (
        ("rowsPerSecond", 0),
        ("rowsPerSecond", -1),
        ("rowsPerSecond", "x"),
        ("numPartitions", 0),
        ("numPartitions", "x"),
        ("rampUpTime", "x"),
        ("rampUpTime", "-5s"),
        ("rampUpTime", "5 seconds"),
        ("rampUpTime", "1h"),
    ):
        yield f"{name}={value}", ctx.outcome(lambda n=name, v=value: reader(**{n: v}).load().dtypes)
    yield "a schema", ctx.error(lambda: reader().schema("value long").load())
    yield (
        "as a batch",
        ctx.error(lambda: spark.read.format("rate").load().collect()),
    )

    def description(**options):
        query = reader(**options).load().writeStream.format("noop").start()
        query.processAllAvailable()
        while query.lastProgress is None:
            pass
        query.stop()
        return query.lastProgress["sources"][0]["description"]

    yield "described", description(rowsPerSecond=5, numPartitions=3)
    yield "described with a ramp", description(rowsPerSecond=5, numPartitions=3, rampUpTime="10s")
