"""Rate limits and the order of files: by time of change, then by path; latestFirst."""


def run(spark, ctx):
    for name in ["c", "a", "b", "d"]:
        ctx.write_lines(f"in/{name}.json", [f'{{"n":"{name}"}}'])
    for label, options in {
        "one a batch": {"maxFilesPerTrigger": 1},
        "three a batch": {"maxFilesPerTrigger": "3"},
        "all at once": {},
        "the newest first": {"maxFilesPerTrigger": 1, "latestFirst": True},
        "by bytes": {"maxBytesPerTrigger": 20},
    }.items():
        table = label.replace(" ", "_")
        df = spark.readStream.schema("n string").options(**options).json(ctx.path("in"))
        with ctx.running(df, table) as query:
            query.processAllAvailable()
            yield (
                f"{label}: batches",
                [p["numInputRows"] for p in query.recentProgress if p["numInputRows"] > 0],
            )
            if "1" in str(options.get("maxFilesPerTrigger")):
                yield f"{label}: order", [row.n for row in spark.table(table).collect()]
    for value in ["0", "-1", "x"]:
        df = spark.readStream.schema("n string").option("maxFilesPerTrigger", value)
        yield (
            f"maxFilesPerTrigger={value}",
            ctx.error(lambda df=df: ctx.run_query(df.json(ctx.path("in")), "bad")),
        )
