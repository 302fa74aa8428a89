"""What does a processor get of an initial state, and when?"""

SCHEMA = "k STRING, v INT"
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def run(spark, ctx):
    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)

    class Started(StatefulProcessor):
        def init(self, handle):
            self.state = handle.getValueState("total", "n long")
            self.log = handle.getValueState("log", "s string")

        def handleInitialState(self, key, initialState, timerValues):
            said = f"{type(initialState).__name__} {list(initialState.columns)} {key}"
            self.log.update((f"{said} {initialState.values.tolist()}",))
            self.state.update((int(initialState["start"].iloc[0]),))

        def handleInputRows(self, key, rows, timerValues):
            before = self.state.get()
            total = sum(v for frame in rows for v in frame["v"].tolist())
            self.state.update((total + (before[0] if before else 0),))
            yield pd.DataFrame({"k": [key[0]], "said": [f"{before} {self.log.get()}"]})

    initial = spark.createDataFrame([("a", 100), ("z", 900)], "k string, start long")
    steps = [
        {"a": [{"k": "a", "v": 1}, {"k": "b", "v": 2}]},
        {"a": [{"k": "a", "v": 10}, {"k": "z", "v": 5}]},
    ]

    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .transformWithStateInPandas(
                Started(), "k string, said string", "Update", "None", initial.groupBy("k")
            )
        )

    for restart in (False, True):
        name = "restarted" if restart else "through"
        yield from ctx.steps(name, build, "update", steps, restart_each_step=restart)
