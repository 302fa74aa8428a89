"""What does a function with state see of its keys and rows: types, names, chunks, order?"""

SCHEMA = (
    "t TIMESTAMP, k STRING, v INT, d DOUBLE, l ARRAY<INT>, s STRUCT<x: INT, y: STRING>, b BOOLEAN"
)


def run(spark, ctx):
    import pandas as pd

    def seen(key, frames, state):
        frames = list(frames)
        types = [str(t) for frame in frames for t in frame.dtypes]
        names = [name for frame in frames for name in frame.columns]
        rows = [repr(row) for frame in frames for row in frame.values.tolist()]
        index = [list(frame.index) for frame in frames]
        keys = [type(k).__name__ for k in key]
        yield pd.DataFrame(
            {
                "key": [repr(key)],
                "keys": [" ".join(keys)],
                "names": [" ".join(names)],
                "types": [" ".join(types)],
                "rows": ["; ".join(rows)],
                "index": [repr(index)],
                "state": [f"{type(state).__name__} {state.exists} {state.hasTimedOut}"],
            }
        )
        state.update((len(frames),))

    out = ", ".join(
        f"{name} string" for name in ("key", "keys", "names", "types", "rows", "index", "state")
    )
    full = {
        "t": "2024-01-01T00:00:01Z", "k": "a", "v": 1, "d": 0.5, "l": [1, 2],
        "s": {"x": 1, "y": "z"}, "b": True,
    }  # fmt: skip
    steps = [{"a": [full, full | {"k": "b", "v": None, "d": None}]}, {"a": [{"k": "a", "v": 3}]}]
    keys = {
        "one": ["k"],
        "two": ["v", "k"],
        "time": ["t"],
    }
    for name, by in keys.items():

        def build(source, by=by):
            return (
                source("a", SCHEMA)
                .groupBy(*by)
                .applyInPandasWithState(seen, out, "n int", "update", "NoTimeout")
            )

        yield from ctx.steps(name, build, "update", steps)
