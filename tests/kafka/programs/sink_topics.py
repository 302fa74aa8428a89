"""Into which topic does a row go: option, column, both, neither, null?"""

ONLY_APACHE = "noida makes topics that are asked for"


def is_invalid(action):
    """Whether it fails for the topic's name; the rest of the message has two forms."""
    try:
        action()
    except Exception as error:
        return "InvalidTopicException" in str(error)
    return False


def run(spark, ctx):
    a, b = ctx.kafka.topic("a"), ctx.kafka.topic("b")
    missing = ctx.kafka.name("missing")
    quick = {"kafka.max.block.ms": "1500"}

    def rows(*pairs):
        return spark.createDataFrame(list(pairs), "topic string, value string")

    def write(frame, topic=None, **options):
        ctx.writer(frame.write, topic, **quick, **options).save()

    values = spark.createDataFrame([("plain",)], "value string")
    yield "option", ctx.outcome(lambda: write(values, a))
    yield "option with spaces", ctx.outcome(lambda: write(values, f" {a} "))
    yield "column", ctx.outcome(lambda: write(rows((a, "to a"), (b, "to b"))))
    yield "option above column", ctx.outcome(lambda: write(rows((a, "said a")), b))
    yield "null with an option", ctx.outcome(lambda: write(rows((None, "null")), b))
    yield "neither", ctx.outcome(lambda: write(values))
    yield "an empty option", is_invalid(lambda: write(values, ""))
    yield "a null column", ctx.outcome(lambda: write(rows((None, "null"))))
    yield (
        "one null of two",
        ctx.outcome(
            lambda: write(rows((a, "beside null")).union(rows((None, "null"))).coalesce(1))
        ),
    )
    yield "a column and no rows", ctx.outcome(lambda: write(rows((None, "x")).where("false")))
    yield "unknown", ctx.outcome(lambda: write(values, missing))
    yield "unknown in a column", ctx.outcome(lambda: write(rows((missing, "x"))))
    yield "a name that cannot be", is_invalid(lambda: write(values, "a b"))
    yield "no servers", ctx.outcome(lambda: values.write.format("kafka").option("topic", a).save())
    yield "in a", ctx.records(a)
    yield "in b", ctx.records(b)

    source = ctx.kafka.topic("source")
    ctx.kafka.produce(source, ["x"])
    stream = ctx.stream(source)
    cases = {
        "neither": (["value"], {}),
        "an empty option": (["value"], {"topic": ""}),
        "a null column": (["value", "CAST(NULL AS STRING) AS topic"], {}),
        "unknown": (["value"], {"topic": missing}),
        "column": (["value", f"'{a}' AS topic"], {}),
        "option above column": (["value", f"'{a}' AS topic"], {"topic": b}),
        "no servers": (["value"], {"topic": a, "kafka.bootstrap.servers": None}),
    }
    for number, (label, (columns, options)) in enumerate(cases.items()):

        def step(columns=columns, options=options, number=number):
            writer = ctx.writer(stream.selectExpr(*columns).writeStream, **quick)
            if "kafka.bootstrap.servers" in options:
                writer = stream.selectExpr(*columns).writeStream.format("kafka")
            for name, value in options.items():
                writer = writer if value is None else writer.option(name, value)
            query = writer.option("checkpointLocation", ctx.path(f"checkpoint-{number}")).start()
            try:
                query.processAllAvailable()
            finally:
                query.stop()

        yield f"stream: {label}", ctx.stage(lambda step=step: ctx.nothing(step))
    yield "in a at the end", ctx.records(a)
    yield "in b at the end", ctx.records(b)
