"""availableNow and once stop by themselves; what triggers are refused."""


def run(spark, ctx):
    for number in range(3):
        ctx.write_lines(f"in/{number}.json", [f'{{"n":{number}}}', f'{{"n":{number + 10}}}'])
    df = spark.readStream.schema("n int").option("maxFilesPerTrigger", 1).json(ctx.path("in"))
    for trigger in [{"availableNow": True}, {"once": True}]:
        name = next(iter(trigger)).lower()
        query = ctx.start_memory(df, name, trigger=trigger)
        yield f"{name} ends", query.awaitTermination(60)
        yield f"{name} rows", ctx.snapshot(spark.table(name))
        yield (
            f"{name} batches",
            [p["numInputRows"] for p in query.recentProgress if p["numInputRows"] > 0],
        )
        yield f"{name} state", [query.isActive, query.exception()]
    yield (
        "processing time",
        ctx.run_query(df, "timed", trigger={"processingTime": "10 milliseconds"}),
    )
    writer = df.writeStream
    for label, arguments in {
        "nothing": {},
        "two": {"once": True, "availableNow": True},
        "empty": {"processingTime": ""},
        "number": {"processingTime": 5},
        "false": {"once": False},
        "availableNow false": {"availableNow": False},
        "unreadable": {"processingTime": "soon"},
        "negative": {"processingTime": "-1 second"},
        "month": {"processingTime": "1 month"},
        "blank continuous": {"continuous": " "},
    }.items():
        yield f"trigger {label}", ctx.error(lambda arguments=arguments: writer.trigger(**arguments))
    yield (
        "continuous",
        ctx.error(lambda: ctx.start_memory(df, "c", trigger={"continuous": "1 second"})),
    )
