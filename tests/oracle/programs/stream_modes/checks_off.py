"""What starts when the checks for correctness, or all checks, are switched off?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"
CORRECTNESS = "spark.sql.streaming.statefulOperator.checkCorrectness.enabled"
ALL = "spark.sql.streaming.unsupportedOperationCheck"


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
    def counts(source):
        return source("a", SCHEMA).groupBy("k", "v").count()

    def two(source):
        return counts(source).groupBy("k").agg(F.sum("count"))

    yield "defaults", [spark.conf.get(CORRECTNESS), spark.conf.get(ALL)]
    spark.conf.set(CORRECTNESS, "false")
    yield from outcomes(ctx, {"correctness off": two})
    spark.conf.set(CORRECTNESS, "true")
    spark.conf.set(ALL, "false")
    builds = {
        "all off, two": two,
        "all off, complete rows": lambda s: s("a", SCHEMA),
    }
    yield from outcomes(ctx, builds, ("update", "complete"))
