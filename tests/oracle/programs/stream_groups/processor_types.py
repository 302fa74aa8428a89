"""Which values come back out of a value state, for the types that it can have?"""

SCHEMA = "k STRING, v INT"
PROVIDER = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def run(spark, ctx):
    import datetime
    import decimal

    import pandas as pd
    from pyspark.sql.streaming import StatefulProcessor

    spark.conf.set("spark.sql.streaming.stateStore.providerClass", PROVIDER)
    moment = datetime.datetime(2024, 2, 3, 4, 5, 6, 789)
    values = {
        "boolean": True,
        "byte": 1,
        "short": 2,
        "long": 3,
        "float": 0.5,
        "double": 0.1,
        "string": "é",
        "binary": b"\x00\x01",
        "date": datetime.date(2024, 2, 3),
        "timestamp": moment,
        "decimal(10,2)": decimal.Decimal("1.50"),
        "array<int>": [1, 2],
        "map<string,int>": {"a": 1},
        "struct<x:int,y:string>": (1, "z"),
    }

    class Kept(StatefulProcessor):
        def __init__(self, kind, value):
            self.kind, self.given = kind, value

        def init(self, handle):
            self.one = handle.getValueState("one", f"x {self.kind}, y {self.kind}")
            self.list = handle.getListState("list", f"x {self.kind}, y {self.kind}")
            self.map = handle.getMapState("map", "k string", f"x {self.kind}, y {self.kind}")

        def handleInputRows(self, key, rows, timerValues):
            said = [self.one.get(), list(self.list.get()), self.map.getValue(("a",))]
            self.one.update((self.given, None))
            self.list.appendValue((self.given, None))
            self.map.updateValue(("a",), (self.given, None))
            yield pd.DataFrame({"said": [repr(said)]})

    for kind, value in values.items():

        def build(source, kind=kind, value=value):
            return (
                source("a", SCHEMA)
                .groupBy("k")
                .transformWithStateInPandas(Kept(kind, value), "said string", "Update", "None")
            )

        def attempt(build=build):
            with ctx.script(build, "update", files_a_batch=1) as script:
                try:
                    script.add("a", [{"k": "a", "v": 1}])
                    batches = script.step(a=[{"k": "a", "v": 1}])
                except Exception as error:
                    return type(error).__name__
                return [batch["rows"] for batch in batches]

        yield kind, ctx.outcome(attempt)
