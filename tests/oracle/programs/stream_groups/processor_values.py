"""What does transformWithStateInPandas give with a value state, batch by batch?"""

SCHEMA = "k STRING, v INT"
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def run(spark, ctx):
    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)

    class Counts(StatefulProcessor):
        def init(self, handle):
            self.counts = handle.getValueState("counts", "n int, last string")

        def handleInputRows(self, key, rows, timerValues):
            before = self.counts.get()
            said = f"{before} {self.counts.exists()} "
            values = [v for frame in rows for v in frame["v"].tolist()]
            if -1 in values:
                self.counts.clear()
                said += f"{self.counts.exists()} {self.counts.get()} "
            else:
                n = len(values) + (before[0] if before else 0)
                self.counts.update((n, str(values)))
                said += f"{self.counts.get()} "
            said += (
                f"{timerValues.getCurrentProcessingTimeInMs()} "
                f"{timerValues.getCurrentWatermarkInMs()} {type(key).__name__}"
            )
            yield pd.DataFrame({"k": [key[0]], "said": [said]})

        def close(self):
            pass

    ctx.write_lines("x/1.json", [])
    steps = [
        {"a": [{"k": "a", "v": 1}, {"k": "b", "v": 2}, {"k": "a", "v": 3}]},
        {"a": [{"k": "a", "v": 10}]},
        {"a": [{"k": "a", "v": -1}]},
        {"a": [{"k": "a", "v": 7}, {"k": "c", "v": -1}]},
    ]

    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .transformWithStateInPandas(Counts(), "k string, said string", "Update", "None")
        )

    for restart in (False, True):
        name = "restarted" if restart else "through"
        yield from ctx.steps(name, build, "update", steps, restart_each_step=restart)
    frame = build(lambda folder, schema: spark.readStream.schema(schema).json(ctx.path("x")))
    yield "schema", [frame.schema.json(), frame.isStreaming, frame.columns]
