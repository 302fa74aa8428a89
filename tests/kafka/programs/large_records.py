"""Do records of several megabytes come through, and in what batches?"""


def run(spark, ctx):
    config = {"max.message.bytes": "20000000"}
    topic = ctx.kafka.topic("large", config=config)
    sizes = [10, 1_500_000, 10_000_000, 20]
    for number, size in enumerate(sizes):
        ctx.kafka.produce(topic, [bytes([97 + number]) * size], **{"message.max.bytes": 20_000_000})
    picked = ["offset", "length(value) AS size", "CAST(substr(value, 1, 3) AS STRING) AS head"]
    yield "batch", ctx.read(topic).selectExpr(*picked)
    with ctx.follow(ctx.stream(topic).selectExpr(*picked)) as followed:
        yield "stream", followed.step()
    target = ctx.kafka.topic("target", config=config)
    rows = ctx.read(topic).where("offset = 2").select("value")
    yield (
        "written with the default limit",
        ctx.outcome(lambda: ctx.writer(rows.write, target).save()),
    )
    options = {"kafka.max.request.size": "20000000"}
    yield "written", ctx.outcome(lambda: ctx.writer(rows.write, target, **options).save())
    yield "read back", ctx.read(target).selectExpr(*picked)
