"""What hangs on the number of a partition: spark_partition_id, ids, random numbers, samples,
Python functions over partitions."""

from pyspark.sql import functions as F


def run(spark, ctx):
    ten = spark.range(10)
    four = spark.range(0, 40, 1, 4)
    ids = lambda df: sorted(row.id for row in df.collect())  # noqa: E731

    yield "partition ids", ctx.ordered(four.select("id", F.spark_partition_id()))
    yield "ids", ctx.ordered(four.select("id", F.monotonically_increasing_id().alias("m")))
    yield (
        "ids of a filter",
        ctx.ordered(ten.where("id % 2 = 1").select("id", F.monotonically_increasing_id())),
    )
    yield (
        "ids after repartition",
        ctx.ordered(
            ten.repartition(3).select(
                "id", F.spark_partition_id().alias("p"), F.monotonically_increasing_id().alias("m")
            )
        ),
    )
    yield (
        "ids of rows",
        ctx.ordered(
            spark.createDataFrame([(i,) for i in range(7)], ["a"]).withColumn(
                "m", F.monotonically_increasing_id()
            )
        ),
    )
    yield (
        "ids of a union",
        ctx.ordered(ten.union(four.where("id < 12")).select("id", F.monotonically_increasing_id())),
    )
    yield (
        "ids in sql",
        ctx.ordered(
            spark.sql(
                "SELECT a, spark_partition_id() AS p, monotonically_increasing_id() AS m "
                "FROM VALUES (1), (2), (3), (4), (5) AS t(a)"
            )
        ),
    )
    yield "where", ids(four.where(F.spark_partition_id() == 2))
    yield "by partition", four.groupBy(F.spark_partition_id().alias("p")).count()
    yield "sorted by it", ctx.ordered(ten.orderBy(F.desc(F.spark_partition_id()), "id"))
    yield "written by it", ctx.ordered(ten.withColumn("p", F.spark_partition_id()).where("p = 1"))

    yield "rand", ctx.ordered(ten.select(F.rand(1), F.randn(2)))
    yield "rand of four", ctx.ordered(four.where("id % 3 = 0").select("id", F.rand(7).alias("r")))
    yield "rand twice", ctx.ordered(ten.select(F.rand(1).alias("a"), F.rand(1).alias("b")))
    yield (
        "rand in a filter",
        ids(four.where(F.rand(3) < 0.4)),
    )
    yield "uniform", ctx.ordered(spark.sql("SELECT id, uniform(1, 100, 5) AS u FROM range(10)"))
    yield "randstr", ctx.ordered(spark.sql("SELECT id, randstr(4, 5) AS u FROM range(10)"))
    yield "uuid", ctx.ordered(spark.sql("SELECT id, uuid(5) AS u FROM range(10)"))
    yield (
        "shuffle",
        ctx.ordered(
            spark.sql("SELECT id, shuffle(array(1, 2, 3, 4, id), 5) AS u FROM range(0, 10, 1, 3)")
        ),
    )
    yield "rand after repartition", ctx.ordered(ten.repartition(3).select("id", F.rand(5)))
    yield (
        "rand and id",
        ctx.ordered(
            ten.select(
                F.rand(5).alias("r"), F.monotonically_increasing_id(), F.spark_partition_id()
            )
        ),
    )

    yield "sample", ids(ten.sample(0.5, 3))
    yield "sample of four", ids(four.sample(fraction=0.3, seed=11))
    yield "sample of a filter", ids(four.where("id % 4 > 0").sample(0.5, 12))
    yield "sample twice", ids(four.sample(0.6, 1).sample(0.6, 2))
    yield (
        "sample of rows",
        [
            row.a
            for row in spark.createDataFrame([(i,) for i in range(50)], ["a"])
            .sample(0.2, 5)
            .collect()
        ],
    )
    yield "sample after repartition", ids(four.repartition(3).sample(0.5, 4))
    yield "sample with replacement", [row.id for row in four.sample(True, 0.7, 5).collect()]
    yield "a lot with replacement", [row.id for row in ten.sample(True, 3.0, 6).collect()]
    yield "none with replacement", [row.id for row in ten.sample(True, 0.0, 6).collect()]
    yield "all with replacement", [row.id for row in ten.sample(True, 1.0, 7).collect()]
    yield (
        "much with replacement",
        ctx.outcome(lambda: [row.id for row in spark.range(3).sample(True, 45.0, 7).collect()]),
    )
    yield "split", [ids(part) for part in four.randomSplit([1.0, 2.0], 24)]
    yield (
        "split of shuffled rows",
        [ids(part) for part in four.repartition(3).randomSplit([1.0, 1.0, 2.0], 4)],
    )
    yield (
        "sampleBy",
        ids(four.withColumn("k", F.col("id") % 3).sampleBy("k", {0: 0.3, 1: 0.6}, seed=8)),
    )
    yield (
        "tablesample",
        ids(
            spark.sql(
                "SELECT * FROM (SELECT id FROM range(0, 40)) TABLESAMPLE (30 PERCENT) REPEATABLE (5)"
            )
        ),
    )

    def lengths(batches):
        yield from _one(sum(batch.num_rows for batch in batches))

    yield "map of partitions", ctx.ordered(four.mapInArrow(lengths, "n long"))
    yield (
        "map of uneven partitions",
        ctx.ordered(four.repartition(5, F.col("id") % 3).mapInArrow(lengths, "n long")),
    )
    yield "map of nothing", ctx.ordered(spark.range(0, 0, 1, 3).mapInArrow(lengths, "n long"))
    yield "map of a filter", ctx.ordered(four.where("id < 15").mapInArrow(lengths, "n long"))

    def frames(frames):
        import pandas as pd

        yield pd.DataFrame({"n": [sum(len(frame) for frame in frames)]})

    yield "pandas of partitions", ctx.ordered(four.coalesce(3).mapInPandas(frames, "n long"))
    yield (
        "ids after a map",
        ctx.ordered(
            four.mapInArrow(lengths, "n long").select("n", F.monotonically_increasing_id())
        ),
    )
    yield "partitions of a map", four.mapInArrow(lengths, "n long").rdd.getNumPartitions()
    yield "mapPartitions", four.rdd.mapPartitions(lambda rows: [sum(r.id for r in rows)]).collect()
    yield "rdd after a step", four.where("id < 25").rdd.glom().map(len).collect()
    yield (
        "with an index",
        four.rdd.mapPartitionsWithIndex(lambda i, rows: [(i, sum(r.id for r in rows))]).collect(),
    )


def _one(number):
    import pyarrow as pa

    yield pa.RecordBatch.from_pydict({"n": [number]})
