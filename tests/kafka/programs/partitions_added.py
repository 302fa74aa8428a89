"""From where is a partition read that was added while a stream ran, or a topic?"""


def run(spark, ctx):
    topic = ctx.kafka.topic("rows")
    ctx.kafka.produce(topic, ["a"])
    for start in ("earliest", "latest"):
        stream = ctx.stream(topic, startingOffsets=start).select("partition", "offset")
        with ctx.follow(stream) as followed:
            yield f"{start}: before", followed.step()
            count = ctx.kafka.partitions(topic)
            ctx.kafka.add_partitions(topic, count + 1)
            yield f"{start}: an empty partition more", followed.step()
            ctx.kafka.produce(topic, [(None, "b", count)])
            yield f"{start}: with records", followed.step()
            followed.stop()
            ctx.kafka.add_partitions(topic, count + 2)
            ctx.kafka.produce(topic, [(None, "d", count + 1), (None, "e", count + 1)])
            yield f"{start}: added while it stood", followed.again()

    stem = ctx.kafka.name("stem")
    ctx.kafka.make_topic(f"{stem}.a")
    ctx.kafka.produce(f"{stem}.a", ["1"])
    stream = ctx.stream(None, subscribePattern=f"{stem}.*", startingOffsets="latest")
    with ctx.follow(stream.select("topic", "offset")) as followed:
        yield "a pattern: before", followed.step()
        ctx.kafka.make_topic(f"{stem}.b")
        yield "a pattern: an empty topic more", followed.step()
        ctx.kafka.produce(f"{stem}.b", ["2"])
        yield "a pattern: a topic more", followed.step()

    with ctx.follow(ctx.stream(topic, maxOffsetsPerTrigger=2).select("partition")) as followed:
        yield "limited: before", followed.step()
        count = ctx.kafka.partitions(topic)
        ctx.kafka.add_partitions(topic, count + 1)
        followed.stop()
        ctx.kafka.produce(topic, [(None, "f", count)] * 3)
        yield "limited: one more", followed.again()
