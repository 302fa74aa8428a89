"""Which calls of a processor's handle and states are refused, with which words?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def run(spark, ctx):
    import re

    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)
    rows = [{"t": "2024-01-01T00:00:01Z", "k": "a", "v": 1}]

    # A call that fails ends the processor's connection, so each has a query of its own.
    in_init = {
        "ttl": lambda p, h: h.getValueState("x", "n int", ttlDurationMs=1000),
        "ttl zero": lambda p, h: h.getValueState("x", "n int", 0),
        "twice": lambda p, h: [h.getValueState("x", "n int"), h.getValueState("x", "n int")],
        "unknown type": lambda p, h: h.getValueState("x", "n unknown"),
        "timer in init": lambda p, h: h.registerTimer(1000),
        "raises": lambda p, h: 1 / 0,
    }
    in_rows = {
        "new state": lambda p, h: h.getValueState("late", "n int"),
        "timer": lambda p, h: h.registerTimer(4102444800000),
        "update none": lambda p, h: p.value.update(None),
        "update list": lambda p, h: [p.value.update([4]), p.value.get()],
        "put empty": lambda p, h: [p.list.put([]), p.list.exists()],
        "append empty": lambda p, h: [p.list.appendList([]), p.list.exists()],
        "map null value": lambda p, h: p.map.updateValue(("a",), None),
        "delete if exists": lambda p, h: h.deleteIfExists("value"),
    }

    def attempt(first, then, mode, marked):
        class Calls(StatefulProcessor):
            def init(self, handle):
                self.handle = handle
                self.value = handle.getValueState("value", "n int")
                self.list = handle.getListState("list", "n int")
                self.map = handle.getMapState("map", "k string", "n int")
                self.first = repr(type(first(self, handle)).__name__) if first else None

            def handleInputRows(self, key, frames, timerValues):
                said = repr(then(self, self.handle)) if then else self.first
                yield pd.DataFrame({"said": [said]})

        def build(source):
            frame = source("a", SCHEMA)
            if marked:
                frame = frame.withWatermark("t", "1 second")
            return frame.groupBy("k").transformWithStateInPandas(
                Calls(), "said string", "Update", mode
            )

        with ctx.script(build, "update") as script:
            try:
                return [batch["rows"] for batch in script.step(a=rows)]
            except Exception as error:
                lines = [line.strip() for line in str(error).split("\n")]
                told = [x for x in lines if "rror" in x and not x.startswith(("File ", "raise "))]
                mine = [x for x in told if "Query [id" not in x and "captured" not in x]
                last = [re.sub(r"^[\w.]+\.(\w+: )", r"\1", x) for x in mine[-1:]]
                return [type(error).__name__, last]

    for mode, marked in (("None", False), ("EventTime", True)):
        for name, call in in_init.items():
            if mode == "None" or name == "ttl":
                yield (
                    f"{mode}: {name}",
                    ctx.outcome(lambda c=call, m=mode, w=marked: attempt(c, None, m, w)),
                )
        for name, call in in_rows.items():
            if mode == "None" or name == "timer":
                yield (
                    f"{mode}: {name}",
                    ctx.outcome(lambda c=call, m=mode, w=marked: attempt(None, c, m, w)),
                )
