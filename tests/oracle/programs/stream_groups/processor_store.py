"""Does a processor run on the default state store, and what does one without state need?"""

SCHEMA = "k STRING, v INT"
KEY = "spark.sql.streaming.stateStore.providerClass"
STORES = "org.apache.spark.sql.execution.streaming.state."


def run(spark, ctx):
    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    class Counts(StatefulProcessor):
        def init(self, handle):
            self.count = handle.getValueState("count", "n int")

        def handleInputRows(self, key, rows, timerValues):
            before = self.count.get()
            n = sum(len(frame) for frame in rows) + (before[0] if before else 0)
            self.count.update((n,))
            yield pd.DataFrame({"k": [key[0]], "n": [n]})

    class Nothing(StatefulProcessor):
        def init(self, handle):
            pass

        def handleInputRows(self, key, rows, timerValues):
            yield pd.DataFrame({"k": [key[0]], "n": [1]})

    def attempt(processor):
        def build(source):
            rows = source("a", SCHEMA).groupBy("k")
            return rows.transformWithStateInPandas(processor, "k string, n int", "Update", "None")

        with ctx.script(build, "update") as script:
            return [batch["rows"] for batch in script.step(a=[{"k": "a", "v": 1}])]

    for store in (None, "HDFSBackedStateStoreProvider", "RocksDBStateStoreProvider"):
        if store is not None:
            spark.conf.set(KEY, STORES + store)
        for processor in (Counts(), Nothing()):
            name = type(processor).__name__
            yield f"{store}, {name}", ctx.outcome(lambda p=processor: attempt(p))
    spark.conf.set(KEY, "com.example.Store")
    yield "unknown", ctx.outcome(lambda: attempt(Counts()))
