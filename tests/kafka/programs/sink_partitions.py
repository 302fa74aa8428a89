"""Into which partition does a key go?"""


def run(spark, ctx):
    for count in (2, 3, 4):
        topic = ctx.kafka.topic("target", partitions=count)
        rows = spark.range(20).selectExpr(
            "concat('key ', id) AS key", "CAST(id AS STRING) AS value"
        )
        ctx.writer(rows.write, topic).save()
        yield f"{count} partitions", ctx.records(topic)
    odd = spark.createDataFrame([("",), ("ñ",), ("a" * 100,)], "key string")
    ctx.writer(odd.selectExpr("key", "'v' AS value").write, topic).save()
    yield "other keys", ctx.records(topic)
    one = ctx.kafka.topic("one", partitions=3)
    chosen = spark.range(6).selectExpr(
        "'k' AS key", "CAST(id AS STRING) AS value", "CAST(id % 3 AS INT) AS partition"
    )
    ctx.writer(chosen.write, one).save()
    yield "a partition above the key's", ctx.records(one)
    some = spark.range(2).selectExpr("'k' AS key", "'v' AS value", "CAST(NULL AS INT) AS partition")
    ctx.writer(some.write, one).save()
    yield "a null partition", ctx.records(one)
