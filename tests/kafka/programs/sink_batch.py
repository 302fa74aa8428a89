"""What does a batch write put into a topic, and which save modes does it take?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    topic = ctx.kafka.topic("target", partitions=2)
    rows = spark.createDataFrame(
        [("k1", "v1", 0), ("k2", None, 1), (None, "ñ€", 1), ("", "", 0)],
        "key string, value string, partition int",
    )
    yield "written", ctx.outcome(lambda: ctx.writer(rows.write, topic).save())
    yield "came", ctx.records(topic)
    yield (
        "read back",
        ctx.read(topic).selectExpr(
            "CAST(key AS STRING)", "CAST(value AS STRING)", "topic", "partition", "timestampType"
        ),
    )

    header = "struct('{}' AS key, CAST({} AS BINARY) AS value)"
    headers = "array(" + header.format("a", "'1'") + ", " + header.format("b", "NULL") + ")"
    bytes_ = ctx.kafka.topic("bytes")
    frame = spark.range(1).selectExpr(
        "CAST('k' AS BINARY) AS key", "CAST(X'00FF' AS BINARY) AS value", f"{headers} AS headers"
    )
    yield "bytes and headers", ctx.outcome(lambda: ctx.writer(frame.write, bytes_).save())
    nothing = spark.range(1).selectExpr(
        "'v' AS value", "CAST(array() AS ARRAY<STRUCT<key: STRING, value: BINARY>>) AS headers"
    )
    yield "no headers", ctx.outcome(lambda: ctx.writer(nothing.write, bytes_).save())
    null = spark.range(1).selectExpr(
        "'v' AS value", "CAST(NULL AS ARRAY<STRUCT<key: STRING, value: BINARY>>) AS headers"
    )
    yield "null headers", ctx.outcome(lambda: ctx.writer(null.write, bytes_).save())
    null = spark.range(1).selectExpr(
        "'v' AS value", "array(CAST(NULL AS STRUCT<key: STRING, value: BINARY>)) AS headers"
    )
    yield "a null header", ctx.outcome(lambda: ctx.writer(null.write, bytes_).save())
    null = spark.range(1).selectExpr(
        "'v' AS value",
        "array(struct(CAST(NULL AS STRING) AS key, CAST('1' AS BINARY) AS value)) AS headers",
    )
    yield "a header without a name", ctx.outcome(lambda: ctx.writer(null.write, bytes_).save())
    yield "bytes came", ctx.records(bytes_)
    yield "headers read back", ctx.read(bytes_, includeHeaders="true").select("value", "headers")

    modes = ctx.kafka.topic("modes")
    value = spark.createDataFrame([("x",)], "value string")
    for mode in ("append", "overwrite", "ignore", "error", "errorifexists"):
        writer = ctx.writer(value.select(F.lit(mode).alias("value")).write.mode(mode), modes)
        yield f"mode {mode}", ctx.outcome(writer.save)
    yield "modes came", ctx.records(modes)
    yield (
        "partitionBy",
        ctx.outcome(lambda: ctx.writer(value.write.partitionBy("value"), modes).save()),
    )
    yield "saveAsTable", ctx.outcome(lambda: ctx.writer(value.write, modes).saveAsTable("t_kafka"))
    yield "a path", ctx.outcome(lambda: ctx.writer(value.write, modes).save("/somewhere"))
    yield "in the end", ctx.records(modes)
