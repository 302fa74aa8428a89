"""Kafka in SQL: a view with options, and a view of a stream."""


def run(spark, ctx):
    topic = ctx.kafka.topic("rows")
    ctx.kafka.produce(topic, [("k", "a"), ("k", "b")])
    spark.sql(
        "CREATE TEMPORARY VIEW records USING kafka OPTIONS "
        f"(kafka.bootstrap.servers '{ctx.kafka.bootstrap}', subscribe '{topic}')"
    )
    yield (
        "a view",
        spark.sql("SELECT CAST(value AS STRING) v, offset FROM records WHERE offset > 0"),
    )
    ctx.kafka.produce(topic, ["c"])
    yield "it is read anew", spark.sql("SELECT count(*) n FROM records")
    ctx.stream(topic).createOrReplaceTempView("streamed")
    stream = spark.sql("SELECT CAST(value AS STRING) v FROM streamed WHERE offset <> 1")
    with ctx.follow(stream) as followed:
        yield "a stream's view", followed.step()
