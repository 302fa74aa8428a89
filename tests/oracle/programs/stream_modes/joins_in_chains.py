"""Which joins of two streams start after, before and beside other stateful operators?"""

from pyspark.sql import functions as F

LEFT = "t TIMESTAMP, k STRING, v INT"
RIGHT = "u TIMESTAMP, l STRING, w INT"


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
    def lefts(source):
        return source("a", LEFT).withWatermark("t", "1 minute")

    def rights(source):
        return source("b", RIGHT).withWatermark("u", "1 minute")

    near = F.expr("k = l AND u BETWEEN t AND t + INTERVAL 1 MINUTE")

    def joined(source, kind="inner"):
        return lefts(source).join(rights(source), near, kind)

    def counts(source):
        return lefts(source).groupBy(F.window("t", "1 minute"), "k").count()

    def others(source):
        rows = rights(source).groupBy(F.window("u", "1 minute"), "l").count()
        return rows.withColumnRenamed("count", "n")

    builds = {
        "join, windows of the left": lambda s: joined(s).groupBy(F.window("t", "1 minute")).count(),
        "left join, windows of the right": lambda s: (
            joined(s, "left").groupBy(F.window("u", "1 minute")).count()
        ),
        "join, count by key": lambda s: joined(s).groupBy("k").count(),
        "join, distinct": lambda s: joined(s).distinct(),
        "join, dedup": lambda s: joined(s).dropDuplicates(["k"]),
        "join, dedup with time": lambda s: joined(s).dropDuplicates(["k", "t"]),
        "join, dedup within": lambda s: joined(s).dropDuplicatesWithinWatermark(["k"]),
        "dedup, join": lambda s: lefts(s).dropDuplicates(["k", "t"]).join(rights(s), near, "left"),
        "windows, join": lambda s: counts(s).join(rights(s), F.expr("k = l AND window.end = u")),
        "windows joined with windows": lambda s: counts(s).join(others(s), "window"),
        "windows left joined with windows": lambda s: counts(s).join(others(s), "window", "left"),
        "keys joined with keys": lambda s: (
            lefts(s).groupBy("k").count().join(rights(s).groupBy("l").count(), F.expr("k = l"))
        ),
        "join of a join": lambda s: joined(s).join(
            s("c", "x TIMESTAMP, m STRING").withWatermark("x", "1 minute"),
            F.expr("m = k AND x BETWEEN t AND t + INTERVAL 1 MINUTE"),
            "left",
        ),
        "join, limit": lambda s: joined(s).limit(2),
        "join, sort": lambda s: joined(s).orderBy("k"),
    }
    yield from outcomes(ctx, builds)
