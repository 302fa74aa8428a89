"""When do event-time timeouts fire, and what does the state say then?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(clock, k="a", v=1):
    return {"t": f"2024-01-01T{clock}Z", "k": k, "v": v}


def run(spark, ctx):
    import pandas as pd

    base = 1704067200000

    def function(key, frames, state):
        rows = [v for frame in frames for v in frame["v"].tolist()]
        said = [
            f"{state.getOption} out {state.hasTimedOut}",
            f"old {state.oldTimeoutTimestamp - base if state.oldTimeoutTimestamp > 0 else -1}",
            f"mark {max(state.getCurrentWatermarkMs() - base, -1)}",
            f"rows {rows}",
        ]
        if state.hasTimedOut:
            if state.get[0] > 50:
                state.update((1,))
                state.setTimeoutTimestamp(base + 100000)
            else:
                state.remove()
        else:
            total = sum(rows) + (state.get[0] if state.exists else 0)
            state.update((total,))
            if total < 1000:
                state.setTimeoutTimestamp(max(base + total * 1000, state.getCurrentWatermarkMs()))
        yield pd.DataFrame({"k": [key[0]], "said": [" | ".join(said)]})

    steps = [
        {"a": [at("00:00:01", v=5), at("00:00:07", "b", v=20), at("00:00:02", "c", v=2000)]},
        {"a": [at("00:00:25", "b", v=40)]},
        {"a": [at("00:00:02", v=100), at("00:00:16", v=7)]},
        {"a": [at("00:01:30", "d")]},
        {"a": [at("00:05:00", "d"), {"k": "n", "v": 7}]},
        {"a": [at("00:05:30", "d")]},
    ]

    for restart in (False, True):

        def build(source):
            rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
            return rows.groupBy("k").applyInPandasWithState(
                function, "k string, said string", "total int", "update", "EventTimeTimeout"
            )

        name = "restarted" if restart else "through"
        yield from ctx.steps(name, build, "update", steps, restart_each_step=restart)
