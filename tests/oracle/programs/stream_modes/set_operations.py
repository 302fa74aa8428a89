"""Which unions, intersections and differences with streams start, and in which mode?"""

SCHEMA = "k STRING, v INT"


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
    table = spark.createDataFrame([("a", 1), ("b", 2)], SCHEMA).coalesce(1)

    def a(source):
        return source("a", SCHEMA)

    def b(source):
        return source("b", SCHEMA)

    def counts(source):
        return a(source).groupBy("k").count()

    yield from outcomes(
        ctx,
        {
            "union": lambda s: a(s).union(b(s)),
            "union of itself": lambda s: a(s).union(a(s)),
            "unionByName": lambda s: a(s).unionByName(b(s).select("k"), allowMissingColumns=True),
            "union with a table": lambda s: a(s).union(table),
            "table with a union": lambda s: table.union(a(s)),
            "union with a table of its own": lambda s: a(s).union(a(s)).union(table),
            "intersect": lambda s: a(s).intersect(b(s)),
            "intersect with a table": lambda s: a(s).intersect(table),
            "table intersect": lambda s: table.intersect(a(s)),
            "intersectAll": lambda s: a(s).intersectAll(b(s)),
            "subtract": lambda s: a(s).subtract(b(s)),
            "subtract a table": lambda s: a(s).subtract(table),
            "table subtract": lambda s: table.subtract(a(s)),
            "exceptAll a table": lambda s: a(s).exceptAll(table),
            "union distinct": lambda s: a(s).union(b(s)).distinct(),
            "union of counts": lambda s: counts(s).union(b(s).groupBy("k").count()),
            "union of counts and rows": lambda s: counts(s).union(b(s)),
            "count of a union": lambda s: a(s).union(b(s)).groupBy("k").count(),
        },
    )
