"""Does foreachBatch write to two topics and to files, each batch whole?"""


def run(spark, ctx):
    source = ctx.kafka.topic("source")
    even, odd = ctx.kafka.topic("even"), ctx.kafka.topic("odd")
    ctx.kafka.produce(source, [str(number) for number in range(6)])

    def split(frame, batch):
        numbers = frame.selectExpr("CAST(CAST(value AS STRING) AS INT) AS n")
        numbers.persist()
        tagged = f"concat({batch}, ':', n) AS value"
        ctx.writer(numbers.where("n % 2 = 0").selectExpr(tagged).write, even).save()
        ctx.writer(numbers.where("n % 2 = 1").selectExpr(tagged).write, odd).save()
        numbers.write.mode("append").json(ctx.path("files"))
        numbers.unpersist()

    stream = ctx.stream(source, maxOffsetsPerTrigger=4)
    writer = stream.writeStream.foreachBatch(split).trigger(availableNow=True)
    query = writer.option("checkpointLocation", ctx.path("checkpoint")).start()
    query.awaitTermination()
    yield "even", ctx.records(even)
    yield "odd", ctx.records(odd)
    yield "files", spark.read.json(ctx.path("files"))
