"""Which chains of two aggregations of a stream start in which output mode?"""

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


def run(spark, ctx):
    def plain(source):
        return source("a", SCHEMA)

    def marked(source):
        return plain(source).withWatermark("t", "1 minute")

    def counts(rows):
        return rows.groupBy(F.window("t", "1 minute"), "k").count()

    again = F.window("window", "5 minutes")
    yield from outcomes(
        ctx,
        {
            "keys": lambda s: plain(s).groupBy("k", "v").count().groupBy("k").count(),
            "windows, no mark": lambda s: counts(plain(s)).groupBy(again).count(),
            "windows": lambda s: counts(marked(s)).groupBy(again).count(),
            "same window": lambda s: counts(marked(s)).groupBy("window").count(),
            "window then key": lambda s: counts(marked(s)).groupBy("k").count(),
            "window then nothing": lambda s: counts(marked(s)).agg(F.sum("count")),
            "key then window": lambda s: (
                marked(s)
                .groupBy("k", "t")
                .count()
                .groupBy(F.window("t", "1 minute"))
                .agg(F.sum("count"))
            ),
            "distinct then count": lambda s: plain(s).select("k").distinct().groupBy("k").count(),
            "count then distinct": lambda s: plain(s).groupBy("k").count().distinct(),
            "marked distinct then windows": lambda s: counts(marked(s).distinct()),
            "windows then distinct": lambda s: counts(marked(s)).distinct(),
            "three": lambda s: (
                counts(marked(s))
                .groupBy(again)
                .count()
                .groupBy(F.window("window", "1 hour"))
                .count()
            ),
        },
    )
