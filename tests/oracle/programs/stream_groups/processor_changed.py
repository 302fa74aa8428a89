"""Which changes of a processor's states does a restart from its checkpoint refuse?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def run(spark, ctx):
    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)

    class Kept(StatefulProcessor):
        """`states` makes them; only the one of the first run has a value to be read."""

        def __init__(self, states):
            self.states = states

        def init(self, handle):
            self.made = self.states(handle)

        def handleInputRows(self, key, rows, timerValues):
            said = []
            for state in self.made:
                if hasattr(state, "get"):
                    got = state.get()
                    said.append(got if got is None or isinstance(got, tuple) else list(got))
                    if not said[-1]:
                        state.update((1,)) if hasattr(state, "update") else state.put([(1,)])
            yield pd.DataFrame({"k": [key[0]], "said": [repr(said)]})

    def value(name, kind="n int", **more):
        return lambda h: h.getValueState(name, kind, **more)

    def several(*makers):
        return lambda h: [make(h) for make in makers]

    first = several(value("one"))
    changes = {
        "the same": several(value("one")),
        "one more": several(value("one"), value("two")),
        "renamed": several(value("other")),
        "wider type": several(value("one", "n long")),
        "another type": several(value("one", "n string")),
        "field renamed": several(value("one", "m int")),
        "field added": several(value("one", "n int, m int")),
        "a list": several(lambda h: h.getListState("one", "n int")),
        "a map": several(lambda h: h.getMapState("one", "k string", "n int")),
        "none left": several(),
    }

    def restarted(states, time="None", mode="Update", output="update"):
        build = [first, "None", "Update"]

        def frame(source):
            rows = source("a", SCHEMA).withWatermark("t", "10 seconds").groupBy("k")
            made, at, how = build
            return rows.transformWithStateInPandas(Kept(made), "k string, said string", how, at)

        with ctx.script(frame, output) as script:
            script.step(a=[{"k": "a", "v": 1, "t": "2024-01-01T00:00:01Z"}])
            script.stop()
            build[:] = [states, time, mode]
            batches = script.step(a=[{"k": "a", "v": 2, "t": "2024-01-01T00:00:02Z"}])
            return [row for batch in batches for row in batch["rows"]]

    for name, states in changes.items():
        yield name, ctx.outcome(lambda s=states: restarted(s))
    yield "another time", ctx.outcome(lambda: restarted(first, time="EventTime"))
    yield "another mode", ctx.outcome(lambda: restarted(first, mode="Append"))
    live = several(value("one", ttlDurationMs=60000))
    yield "now with a life", ctx.outcome(lambda: restarted(live, time="ProcessingTime"))
