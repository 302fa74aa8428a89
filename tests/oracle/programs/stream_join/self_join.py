"""What does a stream joined with itself give, and what do its sources report?"""

from pyspark.sql import functions as F

LEFT = "lt TIMESTAMP, lk STRING, lv INT"


def clock(second):
    return f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"


def left(second, k, v=1):
    return {"lt": clock(second), "lk": k, "lv": v}


STEPS = [[left(1, "a"), left(2, "a", 2)], [left(3, "a", 3), left(60, "b", 4)], [left(70, "c", 5)]]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def one_frame(source):
        rows = source("l", LEFT).withWatermark("lt", "10 seconds")
        other = rows.select(
            F.col("lt").alias("rt"), F.col("lk").alias("rk"), F.col("lv").alias("rv")
        )
        return rows.join(other, F.expr("lk = rk AND lv < rv"))

    def two_reads(source):
        rows = source("l", LEFT).withWatermark("lt", "10 seconds")
        other = source("l", LEFT).withWatermark("lt", "10 seconds").toDF("rt", "rk", "rv")
        return rows.join(other, F.expr("lk = rk AND lv < rv"))

    def aliases(source):
        rows = source("l", LEFT).withWatermark("lt", "10 seconds")
        return (
            rows.alias("x")
            .join(rows.alias("y"), F.expr("x.lk = y.lk AND x.lt = y.lt"))
            .select("x.lt", "y.lv")
        )

    for build in (one_frame, two_reads, aliases):
        yield from ctx.steps(build.__name__, build, "append", [{"l": rows} for rows in STEPS])
        with ctx.script(build) as script:
            script.step(l=STEPS[0])
            progress = [p for p in script.start().recentProgress if p["numInputRows"]][-1]
            counts = [source["numInputRows"] for source in progress["sources"]]
            yield f"{build.__name__}: sources", [progress["numInputRows"], counts]
