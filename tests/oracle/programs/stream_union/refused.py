"""Which unions and other set operations of streams are refused?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def run(spark, ctx):
    static = spark.createDataFrame([("a", 1)], "k STRING, v INT")

    def start(label, build, mode="append"):
        def started():
            with ctx.script(build, mode) as script:
                script.start()
            return "started"

        return label, ctx.outcome(started)

    def two(source):
        return source("a", SCHEMA).select("k", "v"), source("b", SCHEMA).select("k", "v")

    yield start("stream and static", lambda s: two(s)[0].union(static))
    yield start("static and stream", lambda s: static.union(two(s)[0]))
    yield start("intersect", lambda s: two(s)[0].intersect(two(s)[1]))
    yield start("intersectAll", lambda s: two(s)[0].intersectAll(two(s)[1]))
    yield start("subtract", lambda s: two(s)[0].subtract(two(s)[1]))
    yield start("exceptAll", lambda s: two(s)[0].exceptAll(two(s)[1]))
    yield start("stream without static", lambda s: two(s)[0].subtract(static))
    yield start("static without stream", lambda s: static.subtract(two(s)[0]))
    yield start("intersect with static", lambda s: two(s)[0].intersect(static))
    yield start("static intersect", lambda s: static.intersect(two(s)[0]))
    yield start("number of columns", lambda s: two(s)[0].union(two(s)[1].select("k")))
    yield start("types", lambda s: two(s)[0].union(two(s)[1].select("k", F.array("v"))))
    yield start(
        "unionByName, missing column", lambda s: two(s)[0].unionByName(two(s)[1].select("k"))
    )
    yield start("two unions, complete", lambda s: two(s)[0].union(two(s)[1]), "complete")
    yield start(
        "aggregation of one side, complete",
        lambda s: (
            two(s)[0].groupBy("k").count().union(two(s)[1].select("k", F.col("v").cast("long")))
        ),
        "complete",
    )
    yield start(
        "aggregation of one side, update",
        lambda s: (
            two(s)[0].groupBy("k").count().union(two(s)[1].select("k", F.col("v").cast("long")))
        ),
        "update",
    )
    yield start(
        "two aggregations, complete",
        lambda s: two(s)[0].groupBy("k").count().union(two(s)[1].groupBy("k").count()),
        "complete",
    )
    yield start(
        "two aggregations, update",
        lambda s: two(s)[0].groupBy("k").count().union(two(s)[1].groupBy("k").count()),
        "update",
    )
    yield start(
        "two aggregations, append",
        lambda s: two(s)[0].groupBy("k").count().union(two(s)[1].groupBy("k").count()),
    )
