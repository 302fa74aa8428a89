"""What does a stream in union with itself give, and how often is it read?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [{"a": [at(1), at(2, "b", 2)]}, {"a": [at(3, "c", 3)]}]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def build(source):
        rows = source("a", SCHEMA)
        return rows.select("k", "v").union(rows.select("k", F.col("v") * 10))

    yield from ctx.steps("one frame", build, "append", STEPS)

    def read_twice(source):
        return (
            source("a", SCHEMA)
            .select("k", "v")
            .union(source("a", SCHEMA).select("k", F.col("v") * 10))
        )

    yield from ctx.steps("read twice", read_twice, "append", STEPS)
    for label, made in (("one frame", build), ("read twice", read_twice)):
        with ctx.script(made) as script:
            script.step(a=[at(1), at(2)])
            progress = [p for p in script.start().recentProgress if p["numInputRows"]][-1]
            yield (
                f"{label}: sources",
                [progress["numInputRows"], [s["numInputRows"] for s in progress["sources"]]],
            )
