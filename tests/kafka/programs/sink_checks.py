"""Which columns does a write to Kafka need, and what does it refuse?"""


def run(spark, ctx):
    topic = ctx.kafka.topic("target")
    one = spark.range(2)
    quick = {"kafka.max.block.ms": "1500"}
    expressions = {
        "no value": ["CAST(id AS STRING) AS key"],
        "value an int": ["CAST(id AS INT) AS value"],
        "value a boolean": ["true AS value"],
        "value a struct": ["struct(id) AS value"],
        "value binary": ["CAST('x' AS BINARY) AS value"],
        "value null": ["CAST(NULL AS STRING) AS value"],
        "value void": ["NULL AS value"],
        "value a varchar": ["CAST('x' AS VARCHAR(5)) AS value"],
        "key an int": ["CAST(id AS INT) AS key", "'v' AS value"],
        "key void": ["NULL AS key", "'v' AS value"],
        "key a date": ["DATE '2024-01-01' AS key", "'v' AS value"],
        "topic an int": ["1 AS topic", "'v' AS value"],
        "topic binary": ["CAST('t' AS BINARY) AS topic", "'v' AS value"],
        "partition a long": ["'v' AS value", "id AS partition"],
        "partition a text": ["'v' AS value", "'0' AS partition"],
        "partition too high": ["'v' AS value", "7 AS partition"],
        "partition negative": ["'v' AS value", "-1 AS partition"],
        "headers a text": ["'v' AS value", "'h' AS headers"],
        "headers a map": ["'v' AS value", "map('a', CAST('1' AS BINARY)) AS headers"],
        "headers with texts": [
            "'v' AS value",
            "array(struct('a' AS key, '1' AS value)) AS headers",
        ],
        "headers with other names": [
            "'v' AS value",
            "array(struct('a' AS k, CAST('1' AS BINARY) AS v)) AS headers",
        ],
        "headers the other way round": [
            "'v' AS value",
            "array(struct(CAST('1' AS BINARY) AS value, 'a' AS key)) AS headers",
        ],
        "columns nobody knows": ["'v' AS value", "'x' AS colour", "1 AS offset"],
        "VALUE in capitals": ["'v' AS VALUE"],
        "two values": ["'v' AS value", "'w' AS value"],
        "no columns": [],
    }
    for label, columns in expressions.items():
        frame = one.selectExpr(*columns) if columns else one.select()
        yield (
            f"batch: {label}",
            ctx.outcome(lambda f=frame: ctx.writer(f.write, topic, **quick).save()),
        )
    yield "what came", ctx.records(topic)

    target = ctx.kafka.topic("streamed")
    source = ctx.kafka.topic("source")
    ctx.kafka.produce(source, ["x"])
    stream = ctx.stream(source)
    streamed = ["no value", "value an int", "headers a text", "columns nobody knows"]
    for number, label in enumerate(streamed):
        columns = [text.replace("id", "offset") for text in expressions[label]]

        def write(columns=columns, number=number):
            writer = ctx.writer(stream.selectExpr(*columns).writeStream, target, **quick)
            query = writer.option("checkpointLocation", ctx.path(f"checkpoint-{number}")).start()
            try:
                query.processAllAvailable()
            finally:
                query.stop()

        yield f"stream: {label}", ctx.stage(lambda write=write: ctx.nothing(write))
    yield "what came of streams", ctx.records(target)
