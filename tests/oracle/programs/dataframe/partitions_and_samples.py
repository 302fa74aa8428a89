"""repartition, coalesce, hint, sample, randomSplit and the ids of rows over one partition."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.range(0, 40, 1, 1).withColumn("k", F.col("id") % 3)
    ids = lambda frame: sorted(row.id for row in frame.collect())  # noqa: E731
    out = ctx.outcome

    yield "sample 0.3, seed 7", ids(df.sample(0.3, 7))
    yield "sample by keyword", ids(df.sample(fraction=0.5, seed=42))
    yield "sample False", ids(df.sample(False, 0.2, 3))
    yield "sample None", ids(df.sample(None, 0.2, 3))
    yield "sample all", ids(df.sample(1.0, 1))
    yield "sample none", ids(df.sample(0.0, 1))
    yield "sample small", ids(df.sample(fraction=0.05, seed=-5))
    yield "sample 0.9", ids(df.sample(0.9, 123456789012))
    yield "sample with replacement", out(lambda: ids(df.sample(True, 0.5, 3)))
    yield "sample twice", ids(df.sample(0.6, 1).sample(0.6, 2))
    yield "sample of groups", df.sample(0.5, 9).groupBy("k").count()
    yield "sample of sorted", ids(df.orderBy(F.desc("id")).coalesce(1).sample(0.25, 11))
    yield "sample without a seed", df.sample(0.5).columns
    yield "fraction below", ctx.error(lambda: df.sample(-0.1, 1))
    yield "fraction above", ctx.error(lambda: df.sample(1.1, 1))
    yield "replacement, fraction below", ctx.error(lambda: df.sample(True, -0.5, 1))
    yield "fraction of text", ctx.error(lambda: df.sample("a"))
    yield "nothing", ctx.error(lambda: df.sample())
    yield "a flag alone", ctx.error(lambda: df.sample(True))
    yield "seed of text", ctx.error(lambda: df.sample(0.5, "b"))
    yield "split", [ids(part) for part in df.randomSplit([1.0, 2.0, 1.0], 5)]
    yield (
        "split of unsorted rows",
        [ids(part) for part in df.orderBy(F.desc("k")).coalesce(1).randomSplit([0.5, 0.5], 8)],
    )
    yield "negative weight", ctx.error(lambda: df.randomSplit([1.0, -1.0], 1))
    yield "no weights", out(lambda: len(df.randomSplit([], 1)))
    yield "sampleBy", ids(df.sampleBy("k", {0: 0.5, 1: 1.0}, 3))
    yield "sampleBy of a column", ids(df.sampleBy(df.k, fractions={2: 0.4}, seed=0))
    yield "sampleBy of text", ctx.error(lambda: df.sampleBy(3, {0: 0.5}))
    yield "sampleBy fractions", ctx.error(lambda: df.sampleBy("k", [0.5]))

    yield "increasing ids", df.select("id", F.monotonically_increasing_id()).limit(5)
    yield (
        "ids after a filter",
        df.where("id > 30").select("id", F.monotonically_increasing_id().alias("m")),
    )
    yield (
        "ids twice",
        df.limit(3).select(F.monotonically_increasing_id(), F.monotonically_increasing_id() + 1),
    )
    yield "partition id", df.select(F.spark_partition_id()).distinct()
    yield "ids in sql", spark.sql("SELECT monotonically_increasing_id() FROM VALUES (1) AS t(a)")
    yield "ids with arguments", ctx.error(lambda: spark.sql("SELECT spark_partition_id(1)"))

    yield "repartition", df.repartition(3).select("id")
    yield "repartition by a column", df.repartition(3, "k").select("id")
    yield "repartition by columns alone", df.repartition("k", df.id).select("id")
    yield "repartition to nothing", ctx.error(lambda: df.repartition(0))
    yield "repartition by text", ctx.error(lambda: df.repartition([1]))
    yield "repartition by an unknown column", ctx.error(lambda: df.repartition(2, "nope"))
    yield "by range", df.repartitionByRange(3, "id").select("id")
    yield "by range alone", df.repartitionByRange(F.desc("id")).select("id")
    yield "by range, nothing", ctx.error(lambda: df.repartitionByRange(2))
    yield "by range of text", ctx.error(lambda: df.repartitionByRange(1.5, "id"))
    yield "by range, zero", ctx.error(lambda: df.repartitionByRange(0, "id"))
    yield "coalesce", df.coalesce(1).select("id")
    yield "coalesce to nothing", ctx.error(lambda: df.coalesce(0))
    yield (
        "partitions",
        [
            df.rdd.getNumPartitions(),
            df.repartition(3).rdd.getNumPartitions(),
            df.repartition(4).coalesce(2).rdd.getNumPartitions(),
            df.coalesce(5).rdd.getNumPartitions(),
        ],
    )
    yield "hint", df.hint("broadcast").select("id")
    yield "hint with values", df.hint("repartition", 3).select("id")
    yield "hint nobody knows", df.hint("no_such_hint", "a", 1.5, [1, 2]).select("id")
    yield "hint of another name", ctx.error(lambda: df.hint(5))
    yield "hint of another value", ctx.error(lambda: df.hint("broadcast", {"a": 1}))
    yield "hint in a join", df.join(df.limit(2).hint("broadcast"), "id").select("id")
    yield "hint coalesce without a number", ctx.outcome(lambda: df.hint("coalesce").count())
    yield "hint rebalance", df.hint("rebalance").select("id")
    yield "local checkpoint", df.where("id < 3").localCheckpoint().select("id")
    yield "lazy local checkpoint", df.where("id < 3").localCheckpoint(False).select("id")
    yield (
        "local checkpoint at a level",
        ctx.outcome(lambda: df.where("id < 3").localCheckpoint(eager=True).count()),
    )
    spark.sparkContext.setCheckpointDir(ctx.path("points"))
    yield "checkpoint", df.where("id < 3").checkpoint().select("id")
    yield (
        "columns of a checkpoint",
        ctx.outcome(lambda: df.checkpoint().select(df.id).where("id < 2").count()),
    )
