"""maxFilesPerTrigger, maxBytesPerTrigger, latestFirst, fileNameOnly, maxFileAge, and nonsense."""


def batches(spark, ctx, name, df):
    """Which values each batch held, from a query over all that is there now."""
    found = []
    query = (
        df.writeStream.foreachBatch(
            lambda rows, n: found.append(sorted(r.n for r in rows.collect()))
        )
        .option("checkpointLocation", ctx.path(f"checkpoint-{name}"))
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()
    return [batch for batch in found if batch]


def run(spark, ctx):
    for n in range(5):
        ctx.write_lines(f"t/{n}.json", [f'{{"n":{n}}}'] * (n + 1))
    (ctx.tmp_path / "later").mkdir()
    reader = lambda: spark.readStream.schema("n int")  # noqa: E731
    cases = {
        "all": {},
        "two files": {"maxFilesPerTrigger": 2},
        "latest first": {"maxFilesPerTrigger": 2, "latestFirst": True},
        "bytes": {"maxBytesPerTrigger": 20},
        "few bytes": {"maxBytesPerTrigger": "1b"},
        "bytes with a unit": {"maxBytesPerTrigger": "1k"},
        "an age": {"maxFileAge": "15s", "maxFilesPerTrigger": 5},
        "filtered": {"pathGlobFilter": "[12].json"},
        "recursive": {"recursiveFileLookup": True},
    }
    for name, options in cases.items():
        df = reader().options(**options).json(ctx.path("t"))
        yield (
            name,
            ctx.outcome(lambda name=name, df=df: batches(spark, ctx, name.replace(" ", "-"), df)),
        )
    wrong = {
        "zero files": {"maxFilesPerTrigger": 0},
        "no number": {"maxFilesPerTrigger": "x"},
        "zero bytes": {"maxBytesPerTrigger": 0},
        "both": {"maxFilesPerTrigger": 1, "maxBytesPerTrigger": 1},
        "a wrong age": {"maxFileAge": "x"},
        "a wrong cleanSource": {"cleanSource": "burn"},
        "archive without a folder": {"cleanSource": "archive"},
        "a wrong flag": {"latestFirst": "maybe"},
        "cached files": {"maxCachedFiles": -1},
        "cached ratio": {"discardCachedInputRatio": 2},
        "archive inside": {"cleanSource": "archive", "sourceArchiveDir": ctx.path("t/old")},
    }
    for name, options in wrong.items():
        yield (
            name,
            ctx.error(
                lambda options=options: ctx.run_query(
                    reader().options(**options).json(ctx.path("t")), "q_wrong"
                )
            ),
        )
