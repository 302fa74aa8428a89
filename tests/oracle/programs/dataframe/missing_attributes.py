"""A column of another frame, or of one that a step has left behind."""

from pyspark.sql import Window
from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, 10, "a"), (2, 20, "b")], "id int, v int, s string")
    other = spark.createDataFrame([(1, 1.5)], "id int, q double")

    def asked(call):
        return ctx.outcome(lambda: sorted((tuple(r) for r in call().collect()), key=repr))

    yield "select of another", asked(lambda: df.select(other.q))
    yield "select of another, same name", asked(lambda: df.select(other.id))
    yield "where of another", asked(lambda: df.where(other.q > 1))
    yield "where of another, same name", asked(lambda: df.where(other.id > 1))
    yield "withColumn of another", asked(lambda: df.withColumn("t", other.q + 1))
    yield "sort by another", asked(lambda: df.orderBy(other.q))
    yield "sort by another, same name", asked(lambda: df.orderBy(other.id))
    yield "group by another", asked(lambda: df.groupBy(other.q).count())
    yield "agg of another", asked(lambda: df.agg(F.max(other.q)))
    yield "agg of another, same name", asked(lambda: df.groupBy("v").agg(F.max(other.id)))
    yield "join on another", asked(lambda: df.join(df.select("v"), other.q == 1))
    yield "two of another", asked(lambda: df.select(other.id + other.q))
    changed = df.withColumn("v", F.col("v") + 1)
    yield "changed, old", asked(lambda: changed.select(df.v))
    yield "changed, where old", asked(lambda: changed.where(df.v > 10))
    yield "changed, sort by old", asked(lambda: changed.orderBy(df.v))
    yield "changed, again", asked(lambda: changed.withColumn("z", df.v + changed.v))
    yield "changed, group by old", asked(lambda: changed.groupBy(df.v).count())
    yield "changed, agg of old", asked(lambda: changed.agg(F.sum(df.v)))
    dropped = df.drop("v")
    yield "dropped, select", asked(lambda: dropped.select(df.v))
    yield "dropped, where", asked(lambda: dropped.where(df.v > 10))
    yield "dropped, sort", asked(lambda: dropped.orderBy(df.v))
    yield "dropped, withColumn", asked(lambda: dropped.withColumn("u", df.v))
    yield "dropped, limit, where", asked(lambda: dropped.limit(5).where(df.v > 10))
    yield "dropped, alias, where", asked(lambda: dropped.alias("k").where(df.v > 10))
    yield "dropped twice, where", asked(lambda: dropped.drop("s").where(df.v > 10))
    renamed = df.withColumnRenamed("v", "u")
    yield "renamed, select", asked(lambda: renamed.select(df.v))
    yield "renamed, where", asked(lambda: renamed.where(df.v > 10))
    yield "renamed, sort", asked(lambda: renamed.orderBy(df.v))
    yield "cast, select", asked(lambda: df.withColumn("v", df.v.cast("string")).select(df.v))
    yield "cast, where", asked(lambda: df.withColumn("v", df.v.cast("string")).where(df.v > 10))
    counts = df.groupBy("v").count()
    yield "grouped, key", asked(lambda: counts.select(df.v))
    yield "grouped, other", asked(lambda: counts.select(df.id))
    yield "grouped, where other", asked(lambda: counts.where(df.id > 1))
    yield "grouped, sort by other", asked(lambda: counts.orderBy(df.id))
    yield "rolled up, key", asked(lambda: df.rollup("v").count().select(df.v))
    yield "cube, key", asked(lambda: df.cube("v").count().where(df.v.isNull()))
    yield "distinct", asked(lambda: df.distinct().select(df.v))
    yield "dropDuplicates", asked(lambda: df.dropDuplicates(["v"]).select(df.v))
    yield "dropDuplicates, others", asked(lambda: df.dropDuplicates(["v"]).select(df.s))
    yield "union", asked(lambda: df.union(df).select(df.v))
    yield "alias", asked(lambda: df.alias("k").select(df.v))
    yield (
        "view",
        asked(lambda: (df.createOrReplaceTempView("ma_t"), spark.table("ma_t"))[1].select(df.v)),
    )
    yield "cached", asked(lambda: df.limit(1).cache().select(df.v))
    yield "sample", asked(lambda: df.sample(1.0, 3).select(df.v))
    yield "repartition", asked(lambda: df.repartition(2).select(df.v))
    yield "explode", asked(lambda: df.select("*", F.explode(F.array("v"))).select(df.v))
    yield "toDF", asked(lambda: df.toDF("a", "b", "c").select(df.v))
    yield "fillna", asked(lambda: df.fillna(0).select(df.v))
    yield "fillna, untouched", asked(lambda: df.fillna(0, ["v"]).select(df.s))
    yield "dropna", asked(lambda: df.dropna().select(df.v))
    yield "replace", asked(lambda: df.replace(10, 11).select(df.v))
    yield "pivot", asked(lambda: df.groupBy("v").pivot("s", ["a"]).count().select(df.v))
    yield "unpivot", asked(lambda: df.unpivot("id", ["v"], "n", "m").select(df.id))
    yield "mapInPandas-like", asked(lambda: df.selectExpr("id", "v").select(df.v))
    yield (
        "window",
        asked(
            lambda: df.withColumn("n", F.row_number().over(Window.orderBy(df.v))).select(df.v, "n")
        ),
    )
    yield (
        "window of another",
        asked(lambda: df.withColumn("n", F.row_number().over(Window.orderBy(other.q)))),
    )
    yield "full join, key", asked(lambda: df.join(other, "id", "full").select(df.id, other.id))
    yield "right join, key", asked(lambda: df.join(other, "id", "right").select(df.id))
    yield "right join, its key", asked(lambda: df.join(other, "id", "right").select(other.id))
    yield "inner join, other key", asked(lambda: df.join(other, "id").select(other.id))
    yield "left join, other key", asked(lambda: df.join(other, "id", "left").select(other.id))
    yield "semi join, right column", asked(lambda: df.join(other, "id", "semi").select(other.q))
    yield "inner join, other key, where", asked(lambda: df.join(other, "id").where(other.id > 0))
    yield "selected twice", asked(lambda: df.select("v", "v").select(df.v))
    yield (
        "created again",
        asked(lambda: spark.createDataFrame(df.collect(), df.schema).select(df.v)),
    )
    yield "with a literal", asked(lambda: df.select(F.lit(1).alias("v")).select(df.v))
    yield (
        "struct field",
        asked(lambda: df.select(F.struct("v").alias("t")).select(F.col("t.v"), df.v)),
    )
    yield "describe", asked(lambda: df.describe("v").select(df.v))
    yield "drop another", asked(lambda: df.drop(other.id))
    yield "drop old", asked(lambda: changed.drop(df.v))
