"""What do once, availableNow and an interval read, and where does the next run begin?"""


def run(spark, ctx):
    for trigger in ({"availableNow": True}, {"once": True}):
        topic = ctx.kafka.topic("rows", partitions=2)
        kind = next(iter(trigger))
        frame = ctx.stream(topic, maxOffsetsPerTrigger=2).select("partition", "offset")
        with ctx.follow(frame, trigger=trigger) as followed:
            yield f"{kind}: nothing there", followed.step()
            ctx.kafka.produce(topic, [(None, f"{i}", i % 2) for i in range(4)])
            yield f"{kind}: four there", followed.again()
            yield f"{kind}: nothing new", followed.again()
            ctx.kafka.produce(topic, ["x"])
            yield f"{kind}: one more", followed.again()

    topic = ctx.kafka.topic("rows")
    ctx.kafka.produce(topic, ["a", "b"])
    frame = ctx.stream(topic, startingOffsets="latest").select("offset")
    with ctx.follow(frame, trigger={"availableNow": True}) as followed:
        yield "latest, availableNow", followed.step()
        ctx.kafka.produce(topic, ["c"])
        yield "latest, availableNow, one more", followed.again()

    with ctx.follow(frame, trigger={"processingTime": "50 milliseconds"}) as followed:
        yield "latest, interval", followed.step()
        ctx.kafka.produce(topic, ["d"])
        yield "latest, interval, one more", followed.step()
