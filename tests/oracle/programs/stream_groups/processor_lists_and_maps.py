"""What do list and map states give back, and how many rows of state are they?"""

SCHEMA = "k STRING, v INT"
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def run(spark, ctx):
    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)

    class Kept(StatefulProcessor):
        def init(self, handle):
            self.handle = handle
            self.list = handle.getListState("list", "v int, s string")
            self.map = handle.getMapState("map", "k string", "n int, s string")

        def handleInputRows(self, key, rows, timerValues):
            values = [v for frame in rows for v in frame["v"].tolist()]
            said = []
            for v in values:
                if v == -1:
                    self.list.clear()
                    self.map.clear()
                elif v == -2:
                    self.list.put([(7, "seven"), (8, None)])
                    self.map.removeKey(("k1",))
                    self.map.removeKey(("none",))
                elif v == -3:
                    self.list.appendList([(70, "x"), (80, "y")])
                else:
                    self.list.appendValue((v, str(v)))
                    self.map.updateValue((f"k{v}",), (v, None))
            said = [
                self.list.exists(),
                list(self.list.get()),
                self.map.exists(),
                sorted(self.map.keys()),
                sorted(self.map.values(), key=repr),
                sorted(self.map.iterator(), key=repr),
                self.map.getValue(("k1",)),
                self.map.getValue(("none",)),
                self.map.containsKey(("k1",)),
                self.map.containsKey(("none",)),
                [(first, second) for first in self.list.get() for second in self.list.get()][:3],
            ]
            yield pd.DataFrame({"k": [key[0]], "said": [repr(said)]})

        def close(self):
            pass

    steps = [
        {"a": [{"k": "a", "v": 1}, {"k": "b", "v": 2}, {"k": "a", "v": 3}]},
        {"a": [{"k": "a", "v": 1}, {"k": "a", "v": -3}]},
        {"a": [{"k": "a", "v": -2}, {"k": "b", "v": -1}]},
        {"a": [{"k": "a", "v": -1}, {"k": "b", "v": 9}]},
    ]

    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .transformWithStateInPandas(Kept(), "k string, said string", "Update", "None")
        )

    for restart in (False, True):
        name = "restarted" if restart else "through"
        yield from ctx.steps(name, build, "update", steps, restart_each_step=restart)
