"""What do observed metrics say of the rows of an action, whatever comes after them?"""

import datetime

from pyspark.sql import Observation
from pyspark.sql import functions as F


def run(spark, ctx):
    rows = [(1, "a", 1.5), (2, "b", None), (3, None, 2.5)]
    df = spark.createDataFrame(rows, "id int, s string, d double").coalesce(1)
    n = F.count("*").alias("n")

    def metrics(frame, *exprs, after=lambda d: d, act=lambda d: d.collect()):
        observation = Observation()
        act(after(frame.observe(observation, *exprs)))
        return observation.get

    yield "aggregates", metrics(df, n, F.max("id").alias("m"), F.sum("d"), F.collect_list("s"))
    yield "without names", metrics(df, F.count(F.lit(1)), F.max("id"), F.lit(5))
    yield (
        "of aggregates",
        metrics(df, (F.sum("id") / F.count("*")).alias("a"), F.round(F.avg("d"), 1).alias("r")),
    )
    yield (
        "types",
        metrics(
            df,
            F.struct(F.min("id"), F.max("id")).alias("st"),
            F.array(F.min("s")).alias("a"),
            F.create_map(F.lit("k"), F.max("id")).alias("mp"),
            F.lit(datetime.date(2020, 1, 1)).alias("dt"),
            F.max(F.lit("2020-01-01 00:00:00").cast("timestamp")).alias("ts"),
            F.sum(F.col("id").cast("decimal(10,2)")).alias("dec"),
            F.max(F.lit(b"ab")).alias("bin"),
            F.lit(None).alias("nul"),
        ),
    )
    yield "no rows", metrics(df.where("false"), n, F.max("id").alias("m"), F.sum("d").alias("s"))
    yield "one name twice", metrics(df, n, F.max("id").alias("n"))
    yield "filter before", metrics(df.where("id > 1"), n)
    afters = {
        "filter": lambda d: d.where("id > 1"),
        "select": lambda d: d.select("d"),
        "limit": lambda d: d.limit(1),
        "aggregation": lambda d: d.groupBy("id").count(),
        "sort": lambda d: d.orderBy(F.desc("id")),
        "join": lambda d: d.join(spark.range(2), "id"),
        "union": lambda d: d.union(d),
        "self join": lambda d: d.join(d, "id"),
        "cache": lambda d: d.cache(),
    }
    for name, after in afters.items():
        yield f"{name} after", metrics(df, n, F.max("s").alias("s"), after=after)
    acts = {
        "count": lambda d: d.count(),
        "first": lambda d: d.first(),
        "take": lambda d: d.take(2),
        "noop": lambda d: d.write.format("noop").mode("overwrite").save(),
        "two actions": lambda d: (d.count(), d.limit(1).collect()),
    }
    for name, act in acts.items():
        yield name, ctx.outcome(lambda a=act: metrics(df, n, F.max("id").alias("m"), act=a))

    first, second = Observation("first"), Observation()
    observed = df.observe(first, n).where("id > 1").observe(second, n, F.min("id").alias("m"))
    yield "rows", observed
    yield "two of them", [first.get, second.get]
    yield "by name", df.observe("named", n)
