"""Which operators over a stream, or over an aggregation of it, start in which mode?"""

from pyspark.sql import Window
from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def outcomes(ctx, builds, modes=("append", "update", "complete")):
    """For each frame and mode: does it start? Nothing is read."""
    for name, build in builds.items():
        for mode in modes:

            def start(build=build, mode=mode):
                with ctx.script(build, mode) as script:
                    script.start()
                return "starts"

            yield f"{name}, {mode}", ctx.outcome(start)


def run(spark, ctx):
    def plain(source):
        return source("a", SCHEMA)

    def counts(source):
        return plain(source).groupBy("k").count()

    ranks = F.row_number().over(Window.partitionBy("k").orderBy("v"))
    yield from outcomes(
        ctx,
        {
            "sort": lambda s: plain(s).orderBy("k"),
            "sort in partitions": lambda s: plain(s).sortWithinPartitions("k"),
            "sort before counting": lambda s: plain(s).orderBy("k").groupBy("k").count(),
            "counts sorted": lambda s: counts(s).orderBy("k"),
            "counts sorted in partitions": lambda s: counts(s).sortWithinPartitions("k"),
            "limit": lambda s: plain(s).limit(2),
            "limit before counting": lambda s: plain(s).limit(2).groupBy("k").count(),
            "counts limited": lambda s: counts(s).limit(2),
            "counts sorted and limited": lambda s: counts(s).orderBy("k").limit(2),
            "offset": lambda s: plain(s).offset(1),
            "counts offset": lambda s: counts(s).offset(1),
            "sample": lambda s: plain(s).sample(0.5, seed=1),
            "counts sampled": lambda s: counts(s).sample(0.5, seed=1),
            "row_number": lambda s: plain(s).withColumn("r", ranks),
            "sum over": lambda s: plain(s).select(F.sum("v").over(Window.partitionBy("k"))),
            "two over": lambda s: plain(s).select(
                F.sum("v").over(Window.partitionBy("k")), F.lag("v").over(Window.orderBy("t"))
            ),
            "rank of counts": lambda s: counts(s).withColumn(
                "r", F.rank().over(Window.orderBy("count"))
            ),
            "monotonically_increasing_id": lambda s: plain(s).select(
                F.monotonically_increasing_id()
            ),
            "id in a condition": lambda s: plain(s).where(F.monotonically_increasing_id() > 1),
            "id of counts": lambda s: counts(s).select(F.monotonically_increasing_id().alias("i")),
            "rand": lambda s: plain(s).select(F.rand(1)),
            "spark_partition_id": lambda s: plain(s).select(F.spark_partition_id()),
            "uuid": lambda s: plain(s).select(F.expr("uuid()")),
            "explode": lambda s: plain(s).select(F.explode(F.array("v"))),
            "repartition": lambda s: plain(s).repartition(2, "k"),
            "coalesce": lambda s: plain(s).coalesce(1),
            "hint": lambda s: plain(s).hint("broadcast"),
        },
    )
