"""What does transformWithState, with rows in place of frames, give batch by batch?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def at(clock, k="a", v=1):
    return {"t": f"2024-01-01T{clock}Z", "k": k, "v": v}


def run(spark, ctx):
    from pyspark.sql import Row
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)
    base = 1704067200000

    class Rows(StatefulProcessor):
        def init(self, handle):
            self.handle = handle
            self.state = handle.getValueState("total", "n long")

        def handleInitialState(self, key, initialState, timerValues):
            self.state.update((initialState.start,))
            self.handle.registerTimer(base + 15000)

        def handleInputRows(self, key, rows, timerValues):
            rows = list(rows)
            before = self.state.get()
            self.state.update((sum(r.v for r in rows) + (before[0] if before else 0),))
            self.handle.registerTimer(base + 20000)
            yield Row(k=key[0], said=f"{before} {rows} {type(rows[0]).__name__}")
            yield Row(k=key[0], said="again")

        def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
            yield Row(k=key[0], said=f"fired {expiredTimerInfo.getExpiryTimeInMs() - base}")

    initial = spark.createDataFrame([("a", 100), ("z", 900)], "k string, start long")
    steps = [
        {"a": [at("00:00:01", v=5), at("00:00:07", "b", v=20), at("00:00:02", v=7)]},
        {"a": [at("00:00:45", "b", v=40)]},
        {"a": [at("00:00:05", "b", v=40), at("00:00:50", "b", v=50)]},
    ]
    for name, more in (
        ("alone", {}),
        ("with initial state", {"initialState": initial.groupBy("k")}),
    ):

        def build(source, more=more):
            rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
            return rows.groupBy("k").transformWithState(
                Rows(), "k string, said string", "Update", "EventTime", **more
            )

        yield from ctx.steps(name, build, "update", steps)
