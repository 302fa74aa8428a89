"""Which calls of applyInPandasWithState are refused before anything runs?"""


def run(spark, ctx):
    def keep(key, frames, state):
        yield from frames

    frame = spark.createDataFrame([("a", 1)], "k string, v int")
    ctx.write_lines("in/1.json", [])
    stream = spark.readStream.schema("k string, v int").json(ctx.path("in"))

    def call(rows=stream, by=("k",), **changed):
        given = {
            "func": keep,
            "outputStructType": "k string, v int",
            "stateStructType": "n int",
            "outputMode": "update",
            "timeoutConf": "NoTimeout",
        } | changed
        return rows.groupBy(*by).applyInPandasWithState(**given).columns

    yield "fine", ctx.outcome(call)
    yield "a table", ctx.outcome(lambda: call(frame))
    yield (
        "a table, run",
        ctx.error(
            lambda: (
                frame.groupBy("k")
                .applyInPandasWithState(keep, "k string, v int", "n int", "update", "NoTimeout")
                .collect()
            )
        ),
    )
    for mode in ("Append", "UPDATE", "complete", "other", "", None):
        yield f"mode {mode!r}", ctx.outcome(lambda mode=mode: call(outputMode=mode))
    for timeout in ("notimeout", "Other", None):
        yield f"timeout {timeout!r}", ctx.outcome(lambda t=timeout: call(timeoutConf=t))
    for name in ("outputStructType", "stateStructType"):
        for given in ("n unknown", "n int,", "", None, 3):
            yield f"{name} {given!r}", ctx.outcome(lambda n=name, g=given: call(**{n: g}))
    yield "outputStructType 'int'", ctx.outcome(lambda: call(outputStructType="int"))
    yield "no function", ctx.outcome(lambda: call(func=3))
    yield "unknown key", ctx.outcome(lambda: call(by=("x",)))
    yield "no keys", ctx.outcome(lambda: call(by=()))
    yield "same names", ctx.outcome(lambda: call(outputStructType="k string, k int"))
    yield (
        "cube",
        ctx.outcome(
            lambda: (
                stream.cube("k")
                .applyInPandasWithState(keep, "k string", "n int", "update", "NoTimeout")
                .columns
            )
        ),
    )

    def two_arguments(key, frames):
        yield from frames

    yield "two arguments", ctx.outcome(lambda: call(func=two_arguments))
    yield "event time, no watermark", ctx.outcome(lambda: call(timeoutConf="EventTimeTimeout"))
