"""When does a batch wait for minOffsetsPerTrigger?"""


def run(spark, ctx):
    topic = ctx.kafka.topic("rows", partitions=2)
    ctx.kafka.produce(topic, ["a"])
    stream = ctx.stream(topic, minOffsetsPerTrigger=3).selectExpr("CAST(value AS STRING)")
    with ctx.follow(stream) as followed:
        yield "the first batch does not wait", followed.step()
        ctx.kafka.produce(topic, ["b", (None, "c", 1)])
        yield "two are too few", followed.step()
        ctx.kafka.produce(topic, [(None, "d", 1)])
        yield "three are enough", followed.step()
        ctx.kafka.produce(topic, ["e"])
        yield "one waits", followed.step()
        yield "a restart does not wait", followed.again()

    both = ctx.stream(topic, minOffsetsPerTrigger=2, maxOffsetsPerTrigger=2)
    with ctx.follow(both.select("partition", "offset")) as followed:
        yield "with a maximum", followed.step()
        ctx.kafka.produce(topic, ["f"])
        yield "with a maximum, and one more", followed.step()

    soon = ctx.stream(topic, minOffsetsPerTrigger=100, maxTriggerDelay="200ms")
    with ctx.follow(soon.select("partition", "offset")) as followed:
        yield "a short delay", followed.step()

    for trigger in ({"availableNow": True}, {"once": True}):
        plain = ctx.stream(topic, minOffsetsPerTrigger=100, maxOffsetsPerTrigger=100)
        with ctx.follow(plain.select("partition", "offset"), trigger=trigger) as followed:
            yield f"{next(iter(trigger))}", followed.step()
            ctx.kafka.produce(topic, ["g"])
            yield f"{next(iter(trigger))}, and again", followed.again()
