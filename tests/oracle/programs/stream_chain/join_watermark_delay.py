"""How long does a window after a join within a time range wait for rows the join may still give?"""

from pyspark.sql import functions as F

STEPS = [
    {
        "l": [{"lt": "2024-01-01T00:00:01Z", "lk": "a"}],
        "r": [{"rt": "2024-01-01T00:00:02Z", "rk": "a"}],
    },
    {
        "l": [{"lt": "2024-01-01T00:00:22Z", "lk": "x"}],
        "r": [{"rt": "2024-01-01T00:00:22Z", "rk": "y"}],
    },
    {
        "l": [{"lt": "2024-01-01T00:00:27Z", "lk": "x"}],
        "r": [{"rt": "2024-01-01T00:00:27Z", "rk": "y"}],
    },
    {
        "l": [{"lt": "2024-01-01T00:01:27Z", "lk": "x"}],
        "r": [{"rt": "2024-01-01T00:01:27Z", "rk": "y"}],
    },
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def build(source):
        lefts = source("l", "lt TIMESTAMP, lk STRING").withWatermark("lt", "5 seconds")
        rights = source("r", "rt TIMESTAMP, rk STRING").withWatermark("rt", "5 seconds")
        near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS")
        return lefts.join(rights, near, "left").groupBy(F.window("lt", "10 seconds")).count()

    yield from ctx.steps("left outer", build, "append", STEPS)
