"""Which joins of a stream and a table start, in both directions and after an aggregation?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"
KINDS = ("inner", "cross", "left", "right", "full", "semi", "anti")


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
    names = spark.createDataFrame([("a", 1), ("b", 2)], "k STRING, n INT").coalesce(1)

    def stream(source):
        return source("a", SCHEMA)

    def counts(source):
        return stream(source).groupBy("k").count()

    def crossed(source):
        return stream(source).crossJoin(names)

    def subquery(source):
        stream(source).createOrReplaceTempView("s")
        return spark.sql("SELECT * FROM s WHERE k IN (SELECT 'a')")

    def joins(kind):
        key = ["k"] if kind != "cross" else None
        return {
            f"stream {kind} table": lambda s: stream(s).join(names, key, kind),
            f"table {kind} stream": lambda s: names.join(stream(s), key, kind),
        }

    for kind in KINDS:
        yield from outcomes(ctx, joins(kind), ("append", "update"))
    for kind in ("inner", "left", "right"):
        chains = {
            f"counts {kind} table": lambda s, kind=kind: counts(s).join(names, "k", kind),
            f"table {kind} counts": lambda s, kind=kind: names.join(counts(s), "k", kind),
        }
        yield from outcomes(ctx, chains, ("update", "complete"))
    others = {
        "crossJoin": crossed,
        "no condition": lambda s: stream(s).join(names),
        "inequality": lambda s: stream(s).join(names, F.expr("v < n"), "left"),
        "in a sub-query": subquery,
        "joined and counted": lambda s: stream(s).join(names, "k").groupBy("n").count(),
    }
    yield from outcomes(ctx, others, ("append", "complete"))
