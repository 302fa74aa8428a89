"""When does a timeout in processing time fire, one batch at a time?"""

SCHEMA = "k STRING, v INT"


def run(spark, ctx):
    import time

    import pandas as pd

    def function(key, frames, state):
        rows = [v for frame in frames for v in frame["v"].tolist()]
        said = f"{state.getOption} {state.hasTimedOut} {rows}"
        if state.hasTimedOut:
            state.remove()
        else:
            state.update((sum(rows),))
            state.setTimeoutDuration(1 if sum(rows) < 10 else 1000000)
        yield pd.DataFrame({"k": [key[0]], "said": [said]})

    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .applyInPandasWithState(
                function, "k string, said string", "n int", "update", "ProcessingTimeTimeout"
            )
        )

    steps = [
        {"a": [{"k": "a", "v": 1}, {"k": "b", "v": 20}]},
        {"a": [{"k": "c", "v": 30}]},
        {"a": [{"k": "b", "v": 2}]},
        {"a": [{"k": "b", "v": 3}]},
        {"a": [{"k": "d", "v": 4}]},
    ]
    with ctx.script(build, "update", trigger={"once": True}, restart_each_step=True) as script:
        for number, step in enumerate(steps):
            batches = script.step(**step)
            yield f"step {number}", [[b["rows"], b["inputRows"], b["state"]] for b in batches]
            time.sleep(0.05)
