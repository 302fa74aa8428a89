"""When do timers in event time fire, and what can a processor ask of them?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def at(clock, k="a", v=1):
    return {"t": f"2024-01-01T{clock}Z", "k": k, "v": v}


def run(spark, ctx):
    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)
    base = 1704067200000

    class Timed(StatefulProcessor):
        def init(self, handle):
            self.handle = handle
            self.total = handle.getValueState("total", "n int")

        def handleInputRows(self, key, rows, timerValues):
            values = [v for frame in rows for v in frame["v"].tolist()]
            before = self.total.get()
            total = sum(values) + (before[0] if before else 0)
            self.total.update((total,))
            for v in values:
                if v > 0:
                    self.handle.registerTimer(base + v * 1000)
                else:
                    self.handle.deleteTimer(base - v * 1000)
            mark = max(timerValues.getCurrentWatermarkInMs() - base, -1)
            timers = [t - base for t in self.handle.listTimers()]
            said = f"{before} {values} mark {mark} timers {timers}"
            yield pd.DataFrame({"k": [key[0]], "said": [said]})

        def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
            at = expiredTimerInfo.getExpiryTimeInMs() - base
            mark = timerValues.getCurrentWatermarkInMs() - base
            timers = [t - base for t in self.handle.listTimers()]
            said = f"fired {at} mark {mark} total {self.total.get()} timers {timers}"
            if at == 30000:
                self.handle.registerTimer(base + 31000)
                self.handle.registerTimer(base + 400000)
                self.total.clear()
            yield pd.DataFrame({"k": [key[0]], "said": [said]})

    steps = [
        {"a": [at("00:00:01", v=5), at("00:00:07", "b", v=20), at("00:00:02", "b", v=30)]},
        {"a": [at("00:00:25", "b", v=40), at("00:00:25", "b", v=200), at("00:00:24", "c", v=300)]},
        {"a": [at("00:00:02", v=100), at("00:00:16", v=7)]},
        {"a": [at("00:01:30", "d", v=20), at("00:01:30", "b", v=-200)]},
        {"a": [at("00:05:11", "d"), {"k": "n", "v": 7}]},
        {"a": [at("00:09:30", "d")]},
    ]

    def build(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy("k").transformWithStateInPandas(
            Timed(), "k string, said string", "Update", "EventTime"
        )

    for restart in (False, True):
        name = "restarted" if restart else "through"
        yield from ctx.steps(name, build, "update", steps, restart_each_step=restart)
