"""What does a processor see of its keys and rows: types, names, chunks?"""

SCHEMA = (
    "t TIMESTAMP, k STRING, v INT, d DOUBLE, l ARRAY<INT>, s STRUCT<x: INT, y: STRING>, b BOOLEAN"
)
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def run(spark, ctx):
    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)

    class Seen(StatefulProcessor):
        def init(self, handle):
            pass

        def handleInputRows(self, key, rows, timerValues):
            frames = list(rows)
            said = [
                repr(key),
                " ".join(type(k).__name__ for k in key),
                " ".join(name for frame in frames for name in frame.columns),
                " ".join(str(t) for frame in frames for t in frame.dtypes),
                "; ".join(repr(row) for frame in frames for row in frame.values.tolist()),
                repr([list(frame.index) for frame in frames]),
            ]
            yield pd.DataFrame({"said": said})

    full = {
        "t": "2024-01-01T00:00:01Z", "k": "a", "v": 1, "d": 0.5, "l": [1, 2],
        "s": {"x": 1, "y": "z"}, "b": True,
    }  # fmt: skip
    steps = [
        {"a": [full, full | {"k": "b", "v": 2}]},
        {"a": [full, full | {"k": "b", "v": 2, "d": None, "b": None, "l": None}]},
    ]
    for name, by in {"one": ["k"], "two": ["v", "t"]}.items():

        def build(source, by=by):
            rows = source("a", SCHEMA).groupBy(*by)
            return rows.transformWithStateInPandas(Seen(), "said string", "Update", "None")

        yield from ctx.steps(name, build, "update", steps)
