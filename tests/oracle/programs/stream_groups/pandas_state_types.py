"""Which values come back out of the state, for the types that a state can have?"""

SCHEMA = "k STRING, v INT"


def run(spark, ctx):
    import datetime
    import decimal

    import pandas as pd

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
        "timestamp_ntz": moment,
        "decimal(10,2)": decimal.Decimal("1.50"),
        "array<int>": [1, None, 2],
        "map<string,int>": {"a": 1},
        "struct<x:int,y:string>": (1, "z"),
        "interval day to second": datetime.timedelta(seconds=5),
    }

    for kind, value in values.items():

        def function(key, frames, state, value=value):
            before = state.getOption
            kinds = None if before is None else [type(v).__name__ for v in before]
            yield pd.DataFrame({"before": [repr(before)], "kinds": [repr(kinds)]})
            if not state.exists:
                state.update((value, None))
            else:
                # Once more what came out.
                state.update(state.get)

        def build(source, function=function, kind=kind):
            return (
                source("a", SCHEMA)
                .groupBy("k")
                .applyInPandasWithState(
                    function,
                    "before string, kinds string",
                    f"x {kind}, y {kind}",
                    "update",
                    "NoTimeout",
                )
            )

        def attempt(build=build):
            with ctx.script(build, "update", files_a_batch=1) as script:
                try:
                    for _ in range(2):
                        script.add("a", [{"k": "a", "v": 1}])
                    batches = script.step(a=[{"k": "a", "v": 1}])
                except Exception as error:
                    return type(error).__name__
                return [batch["rows"] for batch in batches]

        yield kind, ctx.outcome(attempt)
