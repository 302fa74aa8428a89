"""Which uses of applyInPandasWithState start, by its own mode, the query's and the timeout?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def outcomes(ctx, builds, modes=("append", "update", "complete")):
    """For each frame and mode: does it start? Nothing is read."""
    for name, build in builds.items():
        for mode in modes:

            def start(build=build, mode=mode):
                with ctx.script(build, mode) as script:
                    script.start()
                return "starts"

            yield f"{name}, {mode}", ctx.outcome(start)


def keep(key, frames, state):
    yield from frames


def run(spark, ctx):
    def plain(source):
        return source("a", SCHEMA)

    def marked(source):
        return plain(source).withWatermark("t", "1 minute")

    def state(rows, mode="append", timeout="NoTimeout"):
        out = "t TIMESTAMP, k STRING, v INT"
        return rows.groupBy("k").applyInPandasWithState(keep, out, "n INT", mode, timeout)

    def windows(rows):
        return rows.groupBy(F.window("t", "1 minute")).count()

    builds = {"mode of its own": lambda s: state(plain(s), "complete")}
    for mode in ("append", "update"):
        more = {
            "alone": lambda s, mode=mode: state(plain(s), mode),
            "processing time": lambda s, mode=mode: state(plain(s), mode, "ProcessingTimeTimeout"),
            "event time, no mark": lambda s, mode=mode: state(plain(s), mode, "EventTimeTimeout"),
            "event time": lambda s, mode=mode: state(marked(s), mode, "EventTimeTimeout"),
            "then count": lambda s, mode=mode: state(plain(s), mode).groupBy("k").count(),
            "then windows": lambda s, mode=mode: windows(state(marked(s), mode)),
            "event time then dedup": lambda s, mode=mode: state(
                marked(s), mode, "EventTimeTimeout"
            ).dropDuplicates(["k"]),
            "after a count": lambda s, mode=mode: state(
                plain(s).groupBy("t", "k").agg(F.max("v").alias("v")), mode
            ),
            "twice": lambda s, mode=mode: state(state(plain(s), mode), mode),
            "then limit": lambda s, mode=mode: state(plain(s), mode).limit(2),
        }
        builds.update({f"{mode}: {name}": build for name, build in more.items()})
    builds["unknown timeout"] = lambda s: state(plain(s), "append", "SomeTimeout")
    yield from outcomes(ctx, builds)
