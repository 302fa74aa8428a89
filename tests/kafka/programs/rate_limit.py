"""How does maxOffsetsPerTrigger divide a batch among partitions?"""


def run(spark, ctx):
    def filled(label, sizes):
        topic = ctx.kafka.topic(label, partitions=len(sizes))
        for number, size in enumerate(sizes):
            ctx.kafka.produce(topic, [(None, f"{number}/{i}", number) for i in range(size)])
        return topic

    for label, sizes, limit in [
        ("even", [5, 5], 3),
        ("uneven", [9, 1, 0], 5),
        ("small", [2, 2, 2, 2], 1),
        ("large", [4, 2], 100),
    ]:
        rows = ctx.stream(filled(label, sizes), maxOffsetsPerTrigger=limit)
        frame = rows.selectExpr("CAST(value AS STRING)")
        with ctx.follow(frame, trigger={"availableNow": True}) as followed:
            yield f"{label} {sizes} by {limit}", followed.step()

    topic = filled("grows", [3, 1])
    with ctx.follow(ctx.stream(topic, maxOffsetsPerTrigger=2).select("offset")) as followed:
        yield "at first", followed.step()
        followed.stop()
        ctx.kafka.produce(topic, [(None, "x", 1)] * 3)
        yield "one partition grows", followed.again()
        yield "restarted", followed.again()
        ctx.kafka.produce(topic, [(None, "y", 0)])
        yield "and goes on", followed.step()

    for value in ("0", "-1", "many", ""):
        frame = ctx.stream(topic, maxOffsetsPerTrigger=value)

        def one_step(frame=frame):
            with ctx.follow(frame, trigger={"availableNow": True}) as followed:
                followed.start()
                followed.query.awaitTermination()
                return len(followed.batches().encoded["batches"])

        yield f"a limit of {value!r}", ctx.outcome(one_step)
