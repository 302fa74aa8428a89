"""Which records of transactions does a source see, and how does it count them?"""


def run(spark, ctx):
    for level in ("read_committed", "read_uncommitted"):
        topic = ctx.kafka.topic("rows")
        with ctx.kafka.transaction(topic, ["kept", "kept too"]):
            pass
        with ctx.kafka.transaction(topic, ["dropped"], commit=False):
            pass
        ctx.kafka.produce(topic, ["plain"])
        option = {"kafka.isolation.level": level}
        rows = ctx.read(topic, **option).selectExpr("offset", "CAST(value AS STRING)")
        yield f"{level}: batch", rows
        stream = ctx.stream(topic, **option).selectExpr("offset", "CAST(value AS STRING)")
        with ctx.follow(stream) as followed:
            yield f"{level}: stream", followed.step()
            followed.stop()
            with ctx.kafka.transaction(topic, ["dropped"], commit=False):
                pass
            yield f"{level}: nothing but a dropped one", followed.again()
            followed.stop()
            with ctx.kafka.transaction(topic, ["open"]):
                yield f"{level}: while one is open", followed.again()
                followed.stop()
            yield f"{level}: when it is committed", followed.again()
    yield "by default", ctx.read(topic).count()
