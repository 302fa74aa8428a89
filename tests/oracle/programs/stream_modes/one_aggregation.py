"""Which output modes may one aggregation of a stream have, by its keys and watermark?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, u TIMESTAMP, k STRING, v INT"


def outcomes(ctx, builds, modes=("append", "update", "complete")):
    """For each frame and mode: does it start? Nothing is read."""
    for name, build in builds.items():
        for mode in modes:

            def start(build=build, mode=mode):
                with ctx.script(build, mode) as script:
                    script.start()
                return "starts"

            yield f"{name}, {mode}", ctx.outcome(start)


def run(spark, ctx):
    def plain(source):
        return source("a", SCHEMA)

    def marked(source):
        return plain(source).withWatermark("t", "1 minute")

    window = F.window("t", "1 minute")
    yield from outcomes(
        ctx,
        {
            "no key": lambda s: plain(s).groupBy().count(),
            "key": lambda s: plain(s).groupBy("k").count(),
            "window": lambda s: plain(s).groupBy(window).count(),
            "marked, no key": lambda s: marked(s).groupBy().count(),
            "marked, key": lambda s: marked(s).groupBy("k").count(),
            "marked, time": lambda s: marked(s).groupBy("t").count(),
            "marked, window": lambda s: marked(s).groupBy(window, "k").count(),
            "marked, window of the other time": lambda s: (
                marked(s).groupBy(F.window("u", "1 minute")).count()
            ),
            "marked, truncated time": lambda s: (
                marked(s).groupBy(F.date_trunc("hour", "t")).count()
            ),
            "marked, renamed time": lambda s: marked(s).groupBy(F.col("t").alias("x")).count(),
            "marked, time in a struct": lambda s: marked(s).groupBy(F.struct("t")).count(),
            "marked after": lambda s: (
                plain(s).groupBy(window).agg(F.max("t").alias("t")).withWatermark("t", "1 minute")
            ),
            "end of the window": lambda s: marked(s).groupBy(window.end.alias("e")).count(),
        },
    )
