"""Which columns may be taken from a join of streams, and which names are ambiguous?"""

from pyspark.sql import functions as F

LEFT = "lt TIMESTAMP, lk STRING, lv INT"
RIGHT = "rt TIMESTAMP, rk STRING, rv INT"


def clock(second):
    return f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"


def left(second, k, v=1):
    return {"lt": clock(second), "lk": k, "lv": v}


def right(second, k, v=1):
    return {"rt": clock(second), "rk": k, "rv": v}


STEPS = [{"l": [left(1, "a"), left(2, "b", 2)], "r": [right(1, "a", 10), right(2, "b", 20)]}]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def same_names(source):
        return source("l", LEFT), source("r", RIGHT).toDF("lt", "lk", "lv")

    def aliased(source):
        x, y = same_names(source)
        return (
            x.alias("x")
            .join(y.alias("y"), F.expr("x.lk = y.lk"))
            .select("x.lt", F.col("y.lv").alias("w"), "x.*")
        )

    def by_frame(source):
        x, y = same_names(source)
        return x.join(y, x.lk == y.lk).select(x.lk, y.lv, x.lv).where(x.lv > 1)

    def dropped(source):
        x, y = same_names(source)
        return x.join(y, x.lk == y.lk).drop(y.lk).drop(y.lt)

    def filtered(source):
        return (
            source("l", LEFT)
            .where("lv > 1")
            .join(source("r", RIGHT).where("rv < 100"), F.expr("lk = rk"))
            .where("rv > lv")
        )

    def in_sql(source):
        source("l", LEFT).createOrReplaceTempView("l")
        source("r", RIGHT).createOrReplaceTempView("r")
        return spark.sql(
            "SELECT a.lk, a.lv + b.rv AS total FROM l a JOIN r b ON a.lk = b.rk WHERE b.rv >= 10"
        )

    def renamed(source):
        joined = source("l", LEFT).join(source("r", RIGHT), F.expr("lk = rk"))
        return (
            joined.withColumn("both", F.concat("lk", "rk"))
            .withColumnRenamed("lv", "left value")
            .drop("lt", "rt")
        )

    for build in (aliased, by_frame, dropped, filtered, in_sql, renamed):
        frames = []

        def kept(source, build=build, frames=frames):
            frames.append(build(source))
            return frames[-1]

        yield from ctx.steps(build.__name__, kept, "append", STEPS)
        yield f"{build.__name__}: schema", frames[0].schema.simpleString()
    with ctx.script(lambda source: None) as script:
        x, y = same_names(script.source)
        yield "ambiguous", ctx.error(lambda: x.join(y, x.lk == y.lk).select("lk"))
        yield "ambiguous condition", ctx.error(lambda: x.join(y, F.expr("lk = lk")))
