"""What does applyInPandasWithState give and keep, batch by batch, and what does remove do?"""

SCHEMA = "k STRING, v INT"


def run(spark, ctx):
    import pandas as pd

    def counted(key, frames, state):
        before = state.getOption
        rows = [v for frame in frames for v in frame["v"].tolist()]
        n, total = state.get if state.exists else (0, 0.0)
        n, total = n + len(rows), total + sum(float(v) for v in rows if v == v)
        seen = f"{before} {state} {state.hasTimedOut} {state.oldTimeoutTimestamp}"
        if -1 in rows:
            state.remove()
            seen += f" removed {state.exists} {state.getOption} {state}"
        else:
            state.update((n, total))
        yield pd.DataFrame({"k": [repr(key[0])], "n": [n], "seen": [seen]})
        if n > 2:
            # The columns in another order, and several rows.
            yield pd.DataFrame({"seen": ["a", "b"], "n": [n, n], "k": [repr(key[0]), "more"]})

    ctx.write_lines("x/1.json", [])
    steps = [
        {"a": [{"k": "a", "v": 1}, {"k": "b", "v": 2}, {"k": "a", "v": 3}, {"v": 4}]},
        {"a": [{"k": "a", "v": 10}, {"k": None, "v": 5}]},
        {"a": [{"k": "a", "v": -1}]},
        {"a": [{"k": "a", "v": 7}, {"k": "c", "v": -1}, {"k": "b"}]},
    ]
    for mode in ("update", "append"):

        def build(source, mode=mode):
            return (
                source("a", SCHEMA)
                .groupBy("k")
                .applyInPandasWithState(
                    counted, "k string, n long, seen string", "n long, total double", mode,
                    "NoTimeout",
                )
            )  # fmt: skip

        restart = mode == "append"
        yield from ctx.steps(mode, build, mode, steps, restart_each_step=restart)
        frame = build(lambda folder, schema: spark.readStream.schema(schema).json(ctx.path("x")))
        yield f"{mode}: schema", [frame.schema.json(), frame.isStreaming, frame.columns]
