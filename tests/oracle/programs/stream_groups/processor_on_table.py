"""What does a processor do over a table: states, timers, a time to live, an initial state?"""

PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def run(spark, ctx):
    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.shuffle.partitions", "1")
    rows = spark.createDataFrame(
        [("a", 1, "2024-01-01 00:00:01"), ("b", 2, "2024-01-01 00:00:09"), ("a", 3, None)],
        "k string, v int, t string",
    ).selectExpr("k", "v", "CAST(t AS TIMESTAMP) AS t")

    class Seen(StatefulProcessor):
        def init(self, handle):
            self.handle = handle
            self.value = handle.getValueState("value", "n int")
            self.list = handle.getListState("list", "n int")
            self.map = handle.getMapState("map", "k string", "n int")

        def handleInitialState(self, key, initialState, timerValues):
            self.value.update((int(initialState["start"].iloc[0]),))

        def handleInputRows(self, key, frames, timerValues):
            values = sorted(v for frame in frames for v in frame["v"].tolist())
            before = self.value.get()
            self.value.update((sum(values),))
            self.list.appendList([(v,) for v in values])
            self.map.updateValue(("x",), (len(values),))
            said = [values, before, self.value.get(), list(self.list.get())]
            said.append(list(self.map.iterator()))
            said.append(timerValues.getCurrentWatermarkInMs())
            yield pd.DataFrame({"k": [key[0]], "said": [repr(said)]})

        def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
            at = expiredTimerInfo.getExpiryTimeInMs()
            yield pd.DataFrame({"k": [key[0]], "said": [f"fired {at}"]})

    class Timed(Seen):
        def handleInputRows(self, key, frames, timerValues):
            self.handle.registerTimer(1704067200000)
            yield from super().handleInputRows(key, frames, timerValues)

    class Lives(Seen):
        def init(self, handle):
            super().init(handle)
            self.short = handle.getValueState("short", "n int", ttlDurationMs=1000)

    initial = spark.createDataFrame([("a", 100), ("z", 900)], "k string, start int").groupBy("k")

    def answers(processor, mode="Update", time="None", initial=None, frame=rows):
        grouped = frame.groupBy("k")
        result = grouped.transformWithStateInPandas(
            processor, "k string, said string", mode, time, initial
        )
        return sorted(tuple(row) for row in result.collect())

    cases = {
        "none": lambda: answers(Seen()),
        "append": lambda: answers(Seen(), "Append"),
        "complete": lambda: answers(Seen(), "Complete"),
        "initial": lambda: answers(Seen(), initial=initial),
        "timer without time": lambda: answers(Timed()),
        "timer": lambda: answers(
            Timed(), time="EventTime", frame=rows.withWatermark("t", "1 second")
        ),
        "timer without a mark": lambda: answers(Timed(), time="EventTime"),
        "lives": lambda: answers(Lives()),
        "no rows": lambda: answers(Seen(), frame=rows.where("v > 9")),
        "unknown mode": lambda: answers(Seen(), "Other"),
    }
    for name, case in cases.items():
        yield f"{name}, default store", ctx.outcome(case)
    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)
    for name, case in cases.items():
        yield name, ctx.outcome(case)
