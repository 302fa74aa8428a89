"""Does the event time that a processor names go on to a window above it?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def at(clock, k="a", v=1):
    return {"t": f"2024-01-01T{clock}Z", "k": k, "v": v}


def run(spark, ctx):
    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)

    class Last(StatefulProcessor):
        def init(self, handle):
            pass

        def handleInputRows(self, key, rows, timerValues):
            for frame in rows:
                shift = pd.to_timedelta(frame["v"] - 1, unit="s")
                yield pd.DataFrame({"at": frame["t"] + shift, "who": frame["k"]})

    def build(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds").groupBy("k")
        rows = rows.transformWithStateInPandas(
            Last(), "at timestamp, who string", "Append", "EventTime", eventTimeColumnName="at"
        )
        return rows.groupBy(F.window("at", "10 seconds")).count()

    steps = [
        {"a": [at("00:00:01"), at("00:00:12", "b")]},
        {"a": [at("00:00:41"), at("00:00:14")]},
        {"a": [at("00:01:30"), at("00:00:02")]},
    ]
    yield from ctx.steps("on time", build, "append", steps)

    def late():
        with ctx.script(build, "append") as script:
            script.step(a=[at("00:01:00")])
            try:
                script.step(a=[at("00:01:10", v=-100)])
            except Exception as error:
                return [
                    name for name in ("EMITTING_ROWS_OLDER_THAN_WATERMARK",) if name in str(error)
                ]
            return "passes"

    yield "behind the watermark", ctx.outcome(late)
