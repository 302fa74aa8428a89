"""Which changes of a query does a restart from its checkpoint refuse, and with which words?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def row(second, k, v):
    return {"t": f"2024-01-01T00:00:{second:02}Z", "k": k, "v": v}


FIRST = [row(1, "a", 1), row(2, "b", 2)]
SECOND = [row(3, "a", 3), row(4, "c", 4)]


def rows(source):
    return source("a", SCHEMA)


def both(source):
    return rows(source).unionByName(source("b", SCHEMA))


def sums(df, *keys):
    return df.groupBy(*(keys or ("k",))).agg(F.sum("v").alias("s"))


CHANGES = {
    "a key more": (
        "update",
        lambda s: sums(rows(s)),
        lambda s: sums(rows(s), "k", "v"),
    ),
    "a key of another type": (
        "update",
        lambda s: sums(rows(s)),
        lambda s: sums(rows(s), "v"),
    ),
    "an aggregate more": (
        "update",
        lambda s: sums(rows(s)),
        lambda s: rows(s).groupBy("k").agg(F.sum("v").alias("s"), F.max("v")),
    ),
    "an aggregate of another type": (
        "update",
        lambda s: sums(rows(s)),
        lambda s: rows(s).groupBy("k").agg(F.sum(F.col("v").cast("double")).alias("s")),
    ),
    "dropDuplicates on another key": (
        "append",
        lambda s: rows(s).dropDuplicates(["k"]),
        lambda s: rows(s).dropDuplicates(["v"]),
    ),
    "a limit in place of dropDuplicates": (
        "append",
        lambda s: rows(s).dropDuplicates(["k"]),
        lambda s: rows(s).limit(2),
    ),
    "an aggregation in place of dropDuplicates": (
        "update",
        lambda s: rows(s).dropDuplicates(["k"]),
        lambda s: sums(rows(s)),
    ),
    "an operator more": (
        "append",
        lambda s: rows(s).dropDuplicates(["k"]),
        lambda s: rows(s).dropDuplicates(["k"]).dropDuplicates(["k", "v"]),
    ),
    "an operator less": (
        "append",
        lambda s: rows(s).dropDuplicates(["k"]).limit(10),
        lambda s: rows(s).dropDuplicates(["k"]),
    ),
    "state where there was none": (
        "append",
        rows,
        lambda s: rows(s).dropDuplicates(["k"]),
    ),
    "no state where there was some": (
        "append",
        lambda s: rows(s).dropDuplicates(["k"]),
        rows,
    ),
    "a source more": ("append", rows, both),
    "a source less": ("append", both, rows),
    "another folder": ("append", rows, lambda s: s("elsewhere", SCHEMA)),
}


def words(error):
    """The first line of what ended the query; the types after it are each engine's own."""
    return error["message"].partition("terminated with exception: ")[2]


def run(spark, ctx):
    for name, (mode, before, after) in CHANGES.items():
        build = [before]
        with ctx.script(lambda source, build=build: build[0](source), mode) as script:
            script.step(a=FIRST)
            script.stop()
            build[0] = after
            yield name, words(script.failing_step(a=SECOND))
