"""Which uses of transformWithStateInPandas are refused, by mode, time and order of operators?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def run(spark, ctx):
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)

    class Nothing(StatefulProcessor):
        def init(self, handle):
            pass

        def handleInputRows(self, key, rows, timerValues):
            return iter(())

    ctx.write_lines("x/1.json", [])
    out = "t TIMESTAMP, k STRING, v INT"

    def plain(source):
        return source("a", SCHEMA)

    def marked(source):
        return plain(source).withWatermark("t", "1 minute")

    def state(rows, mode="Append", time="None", **more):
        return rows.groupBy("k").transformWithStateInPandas(Nothing(), out, mode, time, **more)

    def windows(rows):
        return rows.groupBy(F.window("t", "1 minute")).count()

    builds = {
        "unknown mode": lambda s: state(plain(s), "Other"),
        "unknown time": lambda s: state(plain(s), time="Other"),
        "lower case": lambda s: state(plain(s), "append", "none"),
        "bad schema": lambda s: (
            plain(s)
            .groupBy("k")
            .transformWithStateInPandas(Nothing(), "x unknown", "Append", "None")
        ),
        "column without time": lambda s: state(plain(s), eventTimeColumnName="t"),
        "column": lambda s: state(marked(s), time="EventTime", eventTimeColumnName="t"),
        "column not there": lambda s: state(marked(s), time="EventTime", eventTimeColumnName="x"),
        "column of another type": lambda s: state(
            marked(s), time="EventTime", eventTimeColumnName="v"
        ),
        "initial state of a frame": lambda s: state(plain(s), initialState=plain(s)),
        "initial state with other keys": lambda s: state(
            plain(s), initialState=spark.createDataFrame([(1,)], "x int").groupBy("x")
        ),
    }
    for mode in ("Append", "Update", "Complete"):
        builds[f"{mode}"] = lambda s, mode=mode: state(plain(s), mode)
    builds |= {
        "event time, no mark": lambda s: state(plain(s), "Append", "EventTime"),
        "event time": lambda s: state(marked(s), "Append", "EventTime"),
        "processing time": lambda s: state(plain(s), "Append", "ProcessingTime"),
        "then count": lambda s: state(plain(s)).groupBy("k").count(),
        "then windows": lambda s: windows(
            state(marked(s), "Append", "EventTime", eventTimeColumnName="t")
        ),
        "then windows, no column": lambda s: windows(state(marked(s), "Append", "EventTime")),
        "after a count": lambda s: state(plain(s).groupBy("t", "k").agg(F.max("v").alias("v"))),
        "twice": lambda s: state(state(plain(s))),
        "then limit": lambda s: state(plain(s)).limit(2),
    }
    for name, build in builds.items():
        for mode in ("append", "update", "complete"):

            def start(build=build, mode=mode):
                with ctx.script(build, mode) as script:
                    script.start()
                return "starts"

            yield f"{name}, {mode}", ctx.outcome(start)

    def later(mode):
        frame = state(plain(lambda f, s: spark.readStream.schema(s).json(ctx.path("x"))), mode)
        return frame.columns

    for mode in ("Other", "complete", ""):
        yield f"mode {mode!r} at the call", ctx.outcome(lambda mode=mode: later(mode))
