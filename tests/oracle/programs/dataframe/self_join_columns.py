"""Columns of frames after a join in which one frame stands on both sides."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [(1, 10, "a"), (2, 20, "b"), (3, 10, "c")], "id int, v int, s string"
    )
    df1 = df.filter("id > 1")
    df2 = df.withColumn("v", F.col("v") + 1)
    df3 = df.select("id", (F.col("v") * 2).alias("w"))
    x, y = df.alias("x"), df.alias("y")

    def asked(call):
        return ctx.outcome(lambda: sorted((tuple(r) for r in call().collect()), key=repr))

    yield "df.id == df1.id", asked(lambda: df.join(df1, df.id == df1.id))
    yield "select of df1.v", asked(lambda: df.join(df1, df.id == df1.id).select(df1.v))
    yield "select of df.v", asked(lambda: df.join(df1, df.id == df1.id).select(df.v))
    yield "select of both", asked(lambda: df.join(df1, df.id == df1.id).select(df.v, df1.v))
    yield "where df1.v", asked(lambda: df.join(df1, df.id == df1.id).where(df1.v > 10))
    yield "where df.v", asked(lambda: df.join(df1, df.id == df1.id).where(df.v > 10))
    yield "sort by df1.v", asked(lambda: df.join(df1, df.id == df1.id).orderBy(df1.v))
    yield "group by df1.v", asked(lambda: df.join(df1, df.id == df1.id).groupBy(df1.v).count())
    yield "agg of df1.v", asked(lambda: df.join(df1, df.id == df1.id).agg(F.sum(df1.v)))
    yield (
        "withColumn df1.v",
        asked(lambda: df.join(df1, df.id == df1.id).withColumn("t", df1.v + 1)),
    )
    yield "drop df1.v", asked(lambda: df.join(df1, df.id == df1.id).drop(df1.v))
    yield "drop df.v", asked(lambda: df.join(df1, df.id == df1.id).drop(df.v))
    yield "turned", asked(lambda: df1.join(df, df1.id == df.id).select(df.v))
    yield "turned, of df1", asked(lambda: df1.join(df, df1.id == df.id).select(df1.v))
    yield "unequal condition", asked(lambda: df.join(df1, df.id < df1.id))
    yield "unequal in part", asked(lambda: df.join(df1, (df.id == df1.id) & (df.v < df1.v)))
    yield "equal in sums", asked(lambda: df.join(df1, df.id + 1 == df1.id))
    yield "itself", asked(lambda: df.join(df, df.id == df.id))
    yield "itself, unequal", asked(lambda: df.join(df, df.id < df.id))
    yield "itself, selected", asked(lambda: df.join(df, "id").select(df.v))
    yield "by names, df1", asked(lambda: df.join(df1, "id").select(df1.v))
    yield "by names, df", asked(lambda: df.join(df1, "id").select("id", df.v))
    yield "by names, key", asked(lambda: df.join(df1, "id").select(df.id))
    yield "by names, other key", asked(lambda: df.join(df1, "id").select(df1.id))
    yield "new column, key", asked(lambda: df.join(df2, df.id == df2.id).select(df2.id))
    yield "new column", asked(lambda: df.join(df2, df.id == df2.id).select(df2.v))
    yield "new column, old", asked(lambda: df.join(df2, df.id == df2.id).select(df.v))
    yield "new column, both", asked(lambda: df.join(df2, df.id == df2.id).select(df.v, df2.v))
    yield "new column, compared", asked(lambda: df.join(df2, df.v == df2.v))
    yield "new column, unlike", asked(lambda: df.join(df2, df.v < df2.v).select(df.v, df2.v))
    yield "new name", asked(lambda: df.join(df3, df.id == df3.id).select(df.v, df3.w))
    yield "new name, key", asked(lambda: df.join(df3, df.id == df3.id).select(df3.id))
    yield "alias", asked(lambda: x.join(y, F.col("x.id") == F.col("y.id")).select("x.v", "y.v"))
    yield "alias, columns of frames", asked(lambda: x.join(y, x.id == y.id).select(x.v, y.v))
    yield "alias, under", asked(lambda: x.join(y, x.id == y.id).select(df.v))
    yield "alias, condition", asked(lambda: x.join(y, x.id < y.id))
    yield "alias, by name", asked(lambda: x.join(y, x.id == y.id).select("y.v"))
    yield (
        "three",
        asked(lambda: df.join(df1, df.id == df1.id).join(df3, df.id == df3.id).select(df3.w)),
    )
    yield (
        "three, of the second",
        asked(lambda: df.join(df1, df.id == df1.id).join(df3, df1.id == df3.id).select(df3.w)),
    )
    yield "three times", asked(lambda: df.join(df1, "id").join(df1, "id").select(df1.v))
    yield "three, left", asked(lambda: df.join(df1, "id").join(df3, "id").select(df.v, df3.w))
    yield "semi", asked(lambda: df.join(df1, df.id == df1.id, "leftsemi").select(df.v))
    yield (
        "semi, of the right",
        asked(lambda: df.join(df1, df.id == df1.id, "leftsemi").select(df1.v)),
    )
    yield "anti", asked(lambda: df.join(df1, df.id == df1.id, "leftanti").where(df.v > 1))
    yield "outer", asked(lambda: df.join(df1, df.id == df1.id, "left").where(df1.id.isNull()))
    yield "cross", asked(lambda: df.crossJoin(df1).select(df1.v))
    yield "cross, no column", asked(lambda: df.crossJoin(df1).select(F.lit(1)))
    counts = df.groupBy("v").count()
    yield "groups", asked(lambda: df.join(counts, df.v == counts.v).select(df.id, counts["count"]))
    yield "groups, key", asked(lambda: df.join(counts, df.v == counts.v).select(counts.v))
    yield "groups, first", asked(lambda: counts.join(df, df.v == counts.v).select(df.id))
    yield "groups, first, key", asked(lambda: counts.join(df, df.v == counts.v).select(df.v))
    yield "union", asked(lambda: df.unionAll(df1).select(df.v))
    yield "union, of the right", asked(lambda: df.unionAll(df1).select(df1.v))
    yield "intersect", asked(lambda: df.intersect(df1).select(df1.v))
    yield "later", asked(lambda: df.join(df1, df.id == df1.id).where("true").select(df1.v))
    yield (
        "later, renamed",
        asked(lambda: df.join(df1.withColumnRenamed("v", "u"), "id").select(df1.v)),
    )
    yield "later, dropped", asked(lambda: df.join(df1.drop("v"), "id").select(df1.v))
    yield "inside", asked(lambda: df.join(df1, df.id == df1.id).select(F.max(df1.v + df1.v)))
    yield "field of name", asked(lambda: df.join(df1, df.id == df1.id).select(df1["s"]))
    yield "colRegex", asked(lambda: df.join(df1, df.id == df1.id).select(df1.colRegex("`v`")))
    yield (
        "when",
        asked(
            lambda: df.join(df1, df.id == df1.id).select(F.when(df1.v > 1, df1.v).otherwise(df1.v))
        ),
    )
    yield "toDF", asked(lambda: df.join(df1.toDF("a", "b", "c"), df1.id == F.col("a")).select(df.v))
    spark.conf.set("spark.sql.analyzer.failAmbiguousSelfJoin", "false")
    d4 = df.filter("id > 1")
    yield "not checked", asked(lambda: df.join(d4, df.id == d4.id).select(d4.v))
    yield "not checked, condition", asked(lambda: df.join(d4, df.id < d4.id))
    spark.conf.set("spark.sql.analyzer.failAmbiguousSelfJoin", "true")
    spark.conf.set("spark.sql.selfJoinAutoResolveAmbiguity", "false")
    yield "not resolved", asked(lambda: df.join(df1, df.id == df1.id))
    spark.conf.unset("spark.sql.selfJoinAutoResolveAmbiguity")
