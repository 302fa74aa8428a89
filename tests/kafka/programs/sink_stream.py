"""What does a stream put into a topic, batch by batch, in each output mode?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    source = ctx.kafka.topic("source", partitions=2)

    def counts():
        words = ctx.stream(source).select(F.expr("CAST(value AS STRING)").alias("word"))
        grouped = words.groupBy("word").count()
        return grouped.select(
            F.col("word").alias("key"), F.col("count").cast("string").alias("value")
        )

    def copies():
        return ctx.stream(source).select("key", "value")

    for mode, build in [
        ("append", copies),
        ("complete", copies),
        ("append", counts),
        ("update", counts),
        ("complete", counts),
    ]:
        label = f"{build.__name__}, {mode}"
        target = ctx.kafka.topic("target")

        def start(build=build, mode=mode, target=target, label=label):
            writer = ctx.writer(build().writeStream.outputMode(mode), target)
            return writer.option("checkpointLocation", ctx.path(label)).start()

        def step(start=start):
            query = start()
            try:
                query.processAllAvailable()
            finally:
                query.stop()

        ctx.kafka.produce(source, ["a", ("k", "b", 1), "a"])
        yield f"{label}: first", ctx.stage(lambda step=step: ctx.nothing(step))
        ctx.kafka.produce(source, ["b", ("k", None, 1)])
        yield f"{label}: restarted", ctx.stage(lambda step=step: ctx.nothing(step))
        yield f"{label}: came", ctx.records(target)

    query = ctx.writer(copies().writeStream, ctx.kafka.topic("none"))
    yield "no checkpoint", ctx.outcome(lambda: query.start().stop())
