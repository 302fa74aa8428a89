"""Which calls of a GroupState are refused, with which words?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def run(spark, ctx):
    import datetime

    import pandas as pd

    def function(key, frames, state):
        calls = {
            "get": lambda: state.get,
            "getOption": lambda: state.getOption,
            "update none": lambda: state.update(None),
            "duration": lambda: state.setTimeoutDuration(1000),
            "duration text": lambda: state.setTimeoutDuration("1 minute"),
            "duration zero": lambda: state.setTimeoutDuration(0),
            "timestamp": lambda: state.setTimeoutTimestamp(4102444800000),
            "timestamp zero": lambda: state.setTimeoutTimestamp(0),
            "timestamp of a datetime": lambda: state.setTimeoutTimestamp(
                datetime.datetime(2100, 1, 1)
            ),
            "past": lambda: state.setTimeoutTimestamp(5),
            "watermark": lambda: state.getCurrentWatermarkMs(),
            "processing": lambda: state.getCurrentProcessingTimeMs() > 1600000000000,
            "text": lambda: str(state),
            "update": lambda: state.update((key[0], 1)),
            "after": lambda: [state.exists, state.get, state.getOption, str(state)],
            "remove": lambda: state.remove(),
            "after remove": lambda: [state.exists, state.getOption, str(state)],
            "get removed": lambda: state.get,
        }
        said = []
        for call, action in calls.items():
            try:
                said.append((call, repr(action())))
            except Exception as error:
                said.append((call, f"{type(error).__name__}: {error}"))
        state.update(("z", 0))
        names, texts = zip(*said, strict=True)
        yield pd.DataFrame({"call": names, "said": texts})

    rows = [{"t": "2024-01-01T00:00:01Z", "k": "a", "v": 1}]
    for name, marked, timeout in (
        ("none", False, "NoTimeout"),
        ("none, marked", True, "NoTimeout"),
        ("processing", False, "ProcessingTimeTimeout"),
        ("event", True, "EventTimeTimeout"),
    ):

        def build(source, marked=marked, timeout=timeout):
            frame = source("a", SCHEMA)
            if marked:
                frame = frame.withWatermark("t", "1 second")
            return frame.groupBy("k").applyInPandasWithState(
                function, "call string, said string", "k string, n int", "append", timeout
            )

        # With a timeout in processing time batches follow one another without rows.
        if timeout == "ProcessingTimeTimeout":
            yield from ctx.steps(name, build, "append", [{"a": rows}], trigger={"once": True})
        else:
            yield from ctx.steps(name, build, "append", [{"a": rows}, {"a": rows}])
