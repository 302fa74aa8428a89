"""What does an aggregation without keys give from the first batch on, and from no rows?"""

from pyspark.sql import functions as F

SCHEMA = "v INT"
STEPS = [{"a": []}, {"a": [{"v": 1}]}, {"a": []}]


def run(spark, ctx):
    def total(source):
        return source("a", SCHEMA).agg(F.sum("v"), F.count("v"), F.count("*"), F.max("v"))

    def none_left(source):
        return source("a", SCHEMA).where("v > 100").agg(F.count("*").alias("n"), F.max("v"))

    def keyed(source):
        return source("a", SCHEMA).groupBy("v").count()

    for build in (total, none_left, keyed):
        yield from ctx.steps(build.__name__, build, "update", STEPS)
    yield from ctx.steps("none left, complete", none_left, "complete", STEPS)
