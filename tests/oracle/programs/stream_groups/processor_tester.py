"""What does `TwsTester` give for a processor: rows, frames, states, timers, late rows?"""


def run(spark, ctx):
    import pandas as pd
    from pyspark.sql import Row
    from pyspark.sql.streaming import StatefulProcessor, TwsTester

    class Rows(StatefulProcessor):
        """Row mode; `deals` in every kind of state and in timers."""

        def init(self, handle):
            self.handle = handle
            self.count = handle.getValueState("count", "n int")
            self.list = handle.getListState("list", "n int", ttlDurationMs=1)
            self.map = handle.getMapState("map", "k string", "n int")

        def handleInitialState(self, key, initialState, timerValues):
            self.count.update((initialState.start,))

        def handleInputRows(self, key, rows, timerValues):
            rows = list(rows)
            before = self.count.get()
            self.count.update(((before[0] if before else 0) + len(rows),))
            for row in rows:
                self.list.appendValue((row.v,))
                self.map.updateValue((row.name,), (row.v,))
                if row.v > 50:
                    self.handle.registerTimer(row.v)
                if row.v < 0:
                    self.handle.deleteTimer(-row.v)
            times = [timerValues.getCurrentProcessingTimeInMs()]
            times.append(timerValues.getCurrentWatermarkInMs())
            said = [before, self.count.exists(), list(self.list.get()), list(self.map.iterator())]
            said += [list(self.map.keys()), list(self.map.values()), self.map.containsKey(("a",))]
            said += [self.map.getValue(("zz",)), self.list.exists(), self.map.exists(), times]
            yield Row(key=key[0], said=repr(said))

        def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
            left = list(self.handle.listTimers())
            yield Row(key=key[0], said=f"{expiredTimerInfo.getExpiryTimeInMs()} {left}")

    class Frames(Rows):
        def handleInitialState(self, key, initialState, timerValues):
            self.count.update((int(initialState["start"].iloc[0]),))

        def handleInputRows(self, key, frames, timerValues):
            frame = pd.concat(list(frames))
            rows = [Row(v=int(v), name=n) for v, n in zip(frame["v"], frame["name"], strict=True)]
            for row in super().handleInputRows(key, iter(rows), timerValues):
                yield pd.DataFrame({"key": [row.key], "said": [row.said]})

        def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
            for row in super().handleExpiredTimer(key, timerValues, expiredTimerInfo):
                yield pd.DataFrame({"key": [row.key], "said": [row.said]})

    a, b, c = Row(v=1, name="a"), Row(v=70, name="b"), Row(v=90, name="c")

    def shown(result):
        return result.values.tolist() if isinstance(result, pd.DataFrame) else result

    def plain():
        tester = TwsTester(Rows())
        return [tester.test("x", [a, a]), tester.test("y", [a]), tester.test("x", [])]

    yield "rows", ctx.outcome(plain)

    def states():
        tester = TwsTester(Rows(), initialStateRow=[("x", Row(start=5))])
        said = [tester.peekValueState("count", k) for k in "xy"]
        said += [tester.peekListState("list", "x"), tester.peekMapState("map", "x")]
        tester.updateValueState("count", "y", (7,))
        tester.updateListState("list", "y", [(1,), (2,)])
        tester.updateMapState("map", "y", {("a",): (1,)})
        said.append(tester.test("y", [a]))
        tester.deleteState("list", "y")
        tester.deleteState("count", "y")
        said += [tester.peekListState("list", "y"), tester.peekValueState("count", "y")]
        return [repr(part) for part in said]

    yield "states", ctx.outcome(states)

    def timers(mode, move, processor, frames=False):
        def call(tester, rows):
            if not frames:
                return tester.test("x", rows)
            return tester.testInPandas("x", pd.DataFrame([row.asDict() for row in rows]))

        tester = TwsTester(processor(), timeMode=mode, eventTimeExtractor=lambda row: row.v + 10)
        said = [call(tester, [a, b, c])]
        said.append(getattr(tester, move)(60))
        said.append(getattr(tester, move)(80))
        said.append(call(tester, [a, b, c, Row(v=120, name="d")]))
        said.append(getattr(tester, move)(1000))
        said.append(getattr(tester, move)(2000))
        return [shown(part) for part in said]

    cases = {
        "processing time": lambda: timers("ProcessingTime", "setProcessingTime", Rows),
        "event time": lambda: timers("EventTime", "setWatermark", Rows),
        "processing time, frames": lambda: timers(
            "processingtime", "setProcessingTime", Frames, True
        ),
        "event time, frames": lambda: timers("EVENTTIME", "setWatermark", Frames, True),
        "timers without time": lambda: TwsTester(Rows()).test("x", [b]),
        "time without time": lambda: TwsTester(Rows()).setProcessingTime(5),
        "mark without event time": lambda: TwsTester(
            Rows(), timeMode="ProcessingTime"
        ).setWatermark(5),
        "no extractor": lambda: TwsTester(Rows(), timeMode="EventTime"),
        "back": lambda: TwsTester(Rows(), timeMode="ProcessingTime").setProcessingTime(0),
        "unknown mode": lambda: TwsTester(Rows(), timeMode="Other"),
        "unknown state": lambda: TwsTester(Rows()).peekValueState("other", "x"),
        "deleted unknown": lambda: TwsTester(Rows()).deleteState("other", "x"),
        "two initial states": lambda: TwsTester(
            Rows(), [("x", Row(start=1))], [("x", pd.DataFrame({"start": [1]}))]
        ),
    }
    for name, case in cases.items():
        yield name, ctx.outcome(case)

    def in_frames():
        initial = [("x", pd.DataFrame({"start": [3]}))]
        tester = TwsTester(Frames(), initialStatePandas=initial)
        frame = pd.DataFrame({"v": [1, 2], "name": ["a", "b"]})
        return [shown(tester.testInPandas(key, frame)) for key in "xy"]

    yield "frames", ctx.outcome(in_frames)
