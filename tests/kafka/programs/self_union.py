"""The same stream used twice in a query, and two queries over one stream."""


def run(spark, ctx):
    topic = ctx.kafka.topic("rows", partitions=2)
    ctx.kafka.produce(topic, ["a", (None, "b", 1)])
    stream = ctx.stream(topic, maxOffsetsPerTrigger=2).selectExpr("CAST(value AS STRING) AS v")
    with ctx.follow(stream.union(stream.selectExpr("upper(v)"))) as followed:
        yield "both halves", followed.step()
        followed.stop()
        ctx.kafka.produce(topic, ["c"])
        yield "one more", followed.again()
    with ctx.follow(stream) as one, ctx.follow(stream.where("v > 'a'")) as other:
        yield "one query", one.step()
        yield "another", other.step()
        ctx.kafka.produce(topic, ["d"])
        yield "another goes on", other.step()
        yield "one goes on", one.step()
