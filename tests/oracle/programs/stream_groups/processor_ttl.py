"""When is a state with a time to live gone?"""

SCHEMA = "k STRING, v INT"
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def run(spark, ctx):
    import time

    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)

    class Kept(StatefulProcessor):
        def init(self, handle):
            for name, ttl in (("short", 1), ("long", 10_000_000)):
                setattr(self, f"{name}_value", handle.getValueState(f"{name}v", "n int", ttl))
                setattr(self, f"{name}_list", handle.getListState(f"{name}l", "n int", ttl))
                setattr(self, f"{name}_map", handle.getMapState(f"{name}m", "k int", "n int", ttl))

        def handleInputRows(self, key, rows, timerValues):
            values = [v for frame in rows for v in frame["v"].tolist()]
            said = []
            for name in ("short", "long"):
                value = getattr(self, f"{name}_value")
                items = getattr(self, f"{name}_list")
                entries = getattr(self, f"{name}_map")
                said.append([value.exists(), value.get(), items.exists(), list(items.get())])
                said.append([entries.exists(), entries.getValue((1,)), sorted(entries.iterator())])
                for v in values:
                    value.update((v,))
                    items.appendValue((v,))
                    entries.updateValue((v,), (v,))
            yield pd.DataFrame({"k": [key[0]], "said": [repr(said)]})

    steps = [
        {"a": [{"k": "a", "v": 1}, {"k": "b", "v": 2}]},
        {"a": [{"k": "a", "v": 3}]},
        {"a": [{"k": "a", "v": 4}]},
    ]

    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .transformWithStateInPandas(Kept(), "k string, said string", "Update", "ProcessingTime")
        )

    with ctx.script(build, "update", trigger={"once": True}, restart_each_step=True) as script:
        for number, step in enumerate(steps):
            batches = script.step(**step)
            yield f"step {number}", [[b["rows"], b["inputRows"], b["state"]] for b in batches]
            time.sleep(0.05)
