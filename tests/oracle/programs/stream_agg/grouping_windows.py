"""Do rollup and cube of windows let windows go, and do sets that repeat keep state apart?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(clock, k="a", v=1):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k, "v": v}


STEPS = [
    {"a": [at("00:01"), at("00:02", "b", 4)]},
    {"a": [at("00:31", None, 2)]},
    {"a": [at("00:05"), at("00:33", "a")]},
    {"a": [at("01:31")]},
]


def run(spark, ctx):
    def windows(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.rollup(F.window("t", "10 seconds"), "k").agg(
            F.sum("v").alias("s"), F.grouping_id().alias("g")
        )

    def sets_with_window(source):
        source("a", SCHEMA).withWatermark("t", "10 seconds").createOrReplaceTempView("s")
        return spark.sql(
            "SELECT window.start, k, sum(v) s, grouping(k) g FROM s"
            " GROUP BY window(t, '10 seconds'), ROLLUP (k)"
        )

    def twice(source):
        return source("a", SCHEMA).groupingSets([["k"], ["k"], []], "k").count()

    def having(source):
        source("a", SCHEMA).createOrReplaceTempView("s")
        return spark.sql(
            "SELECT k, sum(v) s FROM s GROUP BY CUBE (k) HAVING grouping(k) = 1 OR sum(v) > 1"
        )

    def key_summed(source):
        return source("a", SCHEMA).cube("v").agg(F.sum("v").alias("s"), F.count("*").alias("n"))

    def ordered(source):
        rows = source("a", SCHEMA).rollup("k").agg(F.sum("v").alias("s"))
        return rows.orderBy("s")

    for build in (windows, sets_with_window):
        for mode in ("append", "update", "complete"):
            yield from ctx.steps(f"{build.__name__}, {mode}", build, mode, STEPS)
    for build in (twice, having, key_summed):
        for mode in ("update", "complete"):
            yield from ctx.steps(f"{build.__name__}, {mode}", build, mode, STEPS[:3])
    yield from ctx.steps("ordered", ordered, "complete", STEPS[:2])
    yield from ctx.steps("twice with restarts", twice, "update", STEPS[:3], restart_each_step=True)
    yield from ctx.steps("windows with restarts", windows, "append", STEPS, restart_each_step=True)
