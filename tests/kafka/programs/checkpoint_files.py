"""What does a checkpoint of a query over Kafka hold, file by file?"""


def run(spark, ctx):
    topic = ctx.kafka.topic("rows", partitions=2)
    other = ctx.kafka.topic("others")
    ctx.kafka.produce(topic, [(None, f"{i}", i % 2) for i in range(3)])
    with ctx.follow(ctx.stream(f"{topic},{other}").select("offset")) as followed:
        followed.step()
        ctx.kafka.produce(other, ["x"])
        followed.step()
        followed.stop()
        root = followed.checkpoint
        names = [p for p in root.rglob("*") if p.is_file() and not p.name.startswith(".")]
        yield "files", sorted(str(path.relative_to(root)) for path in names)
        for name in ("offsets/0", "offsets/1", "sources/0/0", "commits/1"):
            yield name, ctx.checkpoint_text(root / name)

    with ctx.follow(ctx.stream(topic, startingOffsets="latest").select("offset")) as followed:
        followed.step()
        yield "latest: initial offsets", ctx.checkpoint_text(followed.checkpoint / "sources/0/0")
        yield "latest: batch 0", ctx.checkpoint_text(followed.checkpoint / "offsets/0")

    two = ctx.stream(topic).select("value").union(ctx.stream(other).select("value"))
    with ctx.follow(two) as followed:
        yield "two sources", followed.step()
        yield "two sources: batch 0", ctx.checkpoint_text(followed.checkpoint / "offsets/0")
        for number in (0, 1):
            name = f"sources/{number}/0"
            yield f"two sources: {name}", ctx.checkpoint_text(followed.checkpoint / name)
