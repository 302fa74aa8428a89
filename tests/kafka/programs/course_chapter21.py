"""The chapter on streams: one topic, several, a pattern, assign; written with and without
a topic column."""

import json


def run(spark, ctx):
    stem = ctx.kafka.name("topic")
    one, two = f"{stem}1", f"{stem}2"
    for name in (one, two):
        ctx.kafka.make_topic(name, partitions=2)
        ctx.kafka.produce(name, [("k0", "a", 0), ("k1", "b", 1)])
    target = ctx.kafka.topic("target")

    def reader(**options):
        servers = ctx.kafka.bootstrap
        stream = spark.readStream.format("kafka").option("kafka.bootstrap.servers", servers)
        return stream.option("startingOffsets", "earliest").options(**options).load()

    frames = {
        "one topic": reader(subscribe=one),
        "several topics": reader(subscribe=f"{one},{two}"),
        "a pattern": reader(subscribePattern=f"{stem}.*"),
        "assign": reader(assign=json.dumps({one: [0, 1], two: [1]})),
    }
    for label, frame in frames.items():
        yield f"{label}: schema", frame.schema.simpleString()
        with ctx.follow(
            frame.selectExpr("topic", "CAST(key AS STRING)", "CAST(value AS STRING)")
        ) as followed:
            yield label, followed.step()

    rows = frames["one topic"]
    with_topic = rows.selectExpr(
        f"'{target}' AS topic", "CAST(key AS STRING)", "CAST(value AS STRING)"
    )
    without = rows.selectExpr("CAST(key AS STRING)", "CAST(value AS STRING)")
    for label, frame, options in [
        ("a topic column", with_topic, {}),
        ("a topic option", without, {"topic": target}),
    ]:
        writer = ctx.writer(frame.writeStream, **options)
        query = writer.option("checkpointLocation", ctx.path(label)).start()
        query.processAllAvailable()
        query.stop()
        yield label, ctx.records(target)
