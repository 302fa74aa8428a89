"""Which changes of a query does a restart from its checkpoint go on with?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def row(second, k, v):
    return {"t": f"2024-01-01T00:00:{second:02}Z", "k": k, "v": v}


FIRST = [row(1, "a", 1), row(2, "b", 2)]
SECOND = [row(3, "a", 3), row(4, "c", 4), row(5, "b", -5)]


def rows(source):
    return source("a", SCHEMA)


def sums(df):
    return df.groupBy("k").agg(F.sum("v").alias("s"))


def marked(df):
    return df.withWatermark("t", "10 seconds")


CHANGES = {
    "a filter more": ("append", rows, lambda s: rows(s).where("v > 0")),
    "a filter less": ("append", lambda s: rows(s).where("v < 0"), rows),
    "another projection": ("append", rows, lambda s: rows(s).select("k", F.col("v") * 2)),
    "a rate limit": ("append", rows, lambda s: s("a", SCHEMA, maxFilesPerTrigger="1")),
    "a watermark without state": ("append", rows, lambda s: marked(rows(s))),
    "a filter below an aggregation": (
        "update",
        lambda s: sums(rows(s)),
        lambda s: sums(rows(s).where("v > 0")),
    ),
    "a filter above an aggregation": (
        "update",
        lambda s: sums(rows(s)),
        lambda s: sums(rows(s)).where("s > 0"),
    ),
    "another name of a result": (
        "update",
        lambda s: sums(rows(s)),
        lambda s: sums(rows(s)).withColumnRenamed("s", "total"),
    ),
    "another expression of the same type in an aggregate": (
        "update",
        lambda s: sums(rows(s)),
        lambda s: rows(s).groupBy("k").agg(F.sum(F.col("v") * 10).alias("s")),
    ),
    "another expression of the same type as key": (
        "update",
        lambda s: sums(rows(s)),
        lambda s: sums(rows(s).withColumn("k", F.upper("k"))),
    ),
    "a watermark below an aggregation": (
        "update",
        lambda s: sums(rows(s)),
        lambda s: sums(marked(rows(s))),
    ),
    "another column of the source": (
        "append",
        rows,
        lambda s: s("a", "k STRING, v INT, w DOUBLE"),
    ),
}


def run(spark, ctx):
    for name, (mode, before, after) in CHANGES.items():
        build = [before]
        with ctx.script(lambda source, build=build: build[0](source), mode) as script:
            script.step(a=FIRST)
            script.stop()
            build[0] = after
            yield name, script.step(a=SECOND)
    for first, second in (("complete", "update"), ("update", "complete")):
        with ctx.script(lambda source: sums(rows(source)), first) as script:
            script.step(a=FIRST)
            script.stop()
            script._mode = second
            yield f"{first}, then {second}", script.step(a=SECOND)
    with ctx.script(rows) as script:
        script.step(a=FIRST)
        script.stop()
        script._trigger = {"availableNow": True}
        script.add("a", SECOND)
        script.start().awaitTermination()
        yield "another trigger", script._new_batches()
