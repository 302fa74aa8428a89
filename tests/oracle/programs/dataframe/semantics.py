"""Which frames are of one meaning, and what do small facts of a frame say?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    df1 = spark.range(10)
    df2 = spark.range(10)
    yield "ranges", df1.sameSemantics(df2)
    doubled = df1.withColumn("col1", df1.id * 2)
    yield "columns", doubled.sameSemantics(df2.withColumn("col1", df2.id * 2))
    yield "other column", doubled.sameSemantics(df2.withColumn("col1", df2.id + 2))
    yield "other name", doubled.sameSemantics(df2.withColumn("col0", df2.id * 2))
    yield "itself", doubled.sameSemantics(doubled)
    yield "filters", df1.where("id > 1").sameSemantics(df2.where(F.col("id") > 1))
    yield (
        "filter order",
        df1.where("id > 1 and id < 5").sameSemantics(df2.where("id < 5 and id > 1")),
    )
    yield "other filter", df1.where("id > 1").sameSemantics(df2.where("id > 2"))
    yield "other range", df1.sameSemantics(spark.range(11))
    yield (
        "local",
        spark.createDataFrame([(1,)], "a INT").sameSemantics(
            spark.createDataFrame([(1,)], "a INT")
        ),
    )
    yield "no frame", ctx.error(lambda: df1.sameSemantics(1))
    yield "hash", df1.semanticHash() == df2.semanticHash()
    yield "hash of others", doubled.semanticHash() == df2.semanticHash()
    yield "hash type", type(df1.semanticHash()).__name__
    yield (
        "isLocal",
        [
            spark.range(1).isLocal(),
            spark.createDataFrame([(1,)], "a INT").isLocal(),
            spark.sql("SHOW TABLES").isLocal(),
            spark.sql("SELECT 1").isLocal(),
            spark.createDataFrame([(1,)], "a INT").where("a > 0").isLocal(),
        ],
    )
    yield "executionInfo", ctx.error(lambda: df1.executionInfo)
    frame = spark.createDataFrame(
        [(1, "x", None), (None, "\u00e9", [1.5])], "a INT, b STRING, c ARRAY<DOUBLE>"
    )
    yield "toJSON", frame.toJSON().collect()
    yield "toJSON of nothing", frame.where("a > 5").toJSON().collect()
    yield "storageLevel", str(df1.storageLevel)
