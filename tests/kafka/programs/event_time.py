"""Windows by the time of Kafka's records, and a join of two topics."""

from pyspark.sql import functions as F

START = 1_700_000_000_000


def run(spark, ctx):
    clicks = ctx.kafka.topic("clicks", partitions=2)
    users = ctx.kafka.topic("users")

    def at(second, value, partition=0):
        return (None, value, partition, None, START + 1000 * second)

    ctx.kafka.produce(clicks, [at(0, "a"), at(3, "b", 1), at(12, "a", 1)])
    ctx.kafka.produce(users, [("a", "Ana", 0, None, START), ("b", "Berta", 0, None, START)])
    rows = ctx.stream(clicks).withWatermark("timestamp", "5 seconds")
    counts = rows.groupBy(F.window("timestamp", "10 seconds")).count()
    with ctx.follow(counts) as followed:
        yield "windows: first", followed.step()
        ctx.kafka.produce(clicks, [at(40, "b")])
        yield "windows: later", followed.step()
        followed.stop()
        ctx.kafka.produce(clicks, [at(1, "too late", 1), at(41, "b", 1)])
        yield "windows: restarted", followed.again()

    names = ctx.stream(users).selectExpr(
        "CAST(key AS STRING) AS k", "CAST(value AS STRING) AS name"
    )
    seen = ctx.stream(clicks).selectExpr("CAST(value AS STRING) AS k", "offset")
    with ctx.follow(seen.join(names, "k")) as followed:
        yield "join: first", followed.step()
        ctx.kafka.produce(users, [("b", "Bruno", 0, None, START)])
        yield "join: one more name", followed.step()

    table = ctx.read(users).selectExpr("CAST(key AS STRING) AS k", "CAST(value AS STRING) AS name")
    with ctx.follow(seen.join(table, "k", "left")) as followed:
        yield "join with a batch over Kafka", followed.step()
