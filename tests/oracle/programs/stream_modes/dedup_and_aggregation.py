"""Which chains of removing duplicates and aggregating start in which output mode?"""

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

    yield from outcomes(
        ctx,
        {
            "dedup, count": lambda s: plain(s).dropDuplicates(["k"]).groupBy("k").count(),
            "dedup with time, windows": lambda s: counts(marked(s).dropDuplicates(["k", "t"])),
            "dedup without time, windows": lambda s: counts(marked(s).dropDuplicates(["k"])),
            "dedup within, windows": lambda s: counts(
                marked(s).dropDuplicatesWithinWatermark(["k"])
            ),
            "dedup within, count": lambda s: (
                marked(s).dropDuplicatesWithinWatermark(["k"]).groupBy("k").count()
            ),
            "windows, dedup of keys": lambda s: counts(marked(s)).dropDuplicates(["k"]),
            "windows, dedup of windows": lambda s: counts(marked(s)).dropDuplicates(["window"]),
            "windows, dedup within": lambda s: counts(marked(s)).dropDuplicatesWithinWatermark(
                ["k"]
            ),
            "counts, dedup": lambda s: plain(s).groupBy("k").count().dropDuplicates(["count"]),
            "two dedups": lambda s: marked(s).dropDuplicates(["k", "t"]).dropDuplicates(["v"]),
            "two within": lambda s: (
                marked(s).dropDuplicatesWithinWatermark(["k"]).dropDuplicatesWithinWatermark(["v"])
            ),
        },
    )
