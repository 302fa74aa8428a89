"""zip of two frames of one source, nearestByJoin, storageLevel, isLocal."""

from pyspark import StorageLevel
from pyspark.sql import functions as F


def run(spark, ctx):
    out, error = ctx.outcome, ctx.error
    df = spark.createDataFrame([(1, 2, 3), (4, 5, 6), (7, 8, 9)], ["a", "b", "c"])
    kept = df.where("a > 1")

    yield "zip", ctx.ordered(df.select("a").zip(df.select("b")))
    yield "zip with itself", df.zip(df)
    yield "zip twice", df.select("a").zip(df.select("b")).zip(df.select("c"))
    yield "zip of expressions", df.selectExpr("a + 1 AS x").zip(df.selectExpr("b * 2", "c"))
    yield "zip of steps", df.withColumn("d", F.col("a") * 10).zip(df.drop("a").toDF("y", "z"))
    yield "zip above a filter", kept.select("a").zip(kept.select(F.col("c").alias("d")))
    yield "columns of both", df.select("a").zip(df.select("b")).select("b", "a")
    yield (
        "the same name",
        out(lambda: df.select("a").zip(df.select("a")).select("a").collect()),
    )
    yield "zip of views", spark.range(3).zip(spark.range(3))
    yield "zip of other ranges", error(lambda: spark.range(3).zip(spark.range(4)))
    other = spark.createDataFrame([(1, 2, 3)], ["a", "b", "c"])
    yield "zip of another frame", error(lambda: df.zip(other))
    yield "zip of filters", error(lambda: df.where("a > 1").zip(df.where("a > 2")))
    yield "filter on one side", error(lambda: df.select("a").zip(df.where("a > 1").select("b")))
    yield "equal filters", df.where("a > 1").select("a").zip(df.where("a > 1").select("b"))
    yield "zip of sorts", df.orderBy("a").select("a").zip(df.orderBy("a").select("b"))
    yield "limit on one side", error(lambda: df.select("a").zip(df.limit(2).select("b")))
    yield (
        "distinct on one side",
        error(lambda: df.select("a").zip(df.select("b").distinct())),
    )
    yield "aggregates", error(lambda: df.select(F.sum("a")).zip(df.select("b")))
    yield (
        "explode on one side",
        error(lambda: df.select("a").zip(df.select(F.explode(F.array("b"))))),
    )
    yield (
        "window on one side",
        out(
            lambda: (
                df.select("a").zip(df.selectExpr("row_number() OVER (ORDER BY b) AS r")).collect()
            )
        ),
    )
    yield "random on one side", df.select("a").zip(df.select((F.rand(1) < 2).alias("r")))
    yield "alias", df.alias("l").select("l.a").zip(df.alias("r").select("r.b"))
    yield "filter above", df.select("a").zip(df.select("b")).where("b > 2")
    yield "repartition", out(lambda: df.repartition(2).select("a").zip(df.select("b")).columns)

    users = spark.createDataFrame([(1, 10.0), (2, 20.0), (3, 30.0), (4, None)], ["user", "score"])
    things = spark.createDataFrame(
        [("A", 11.0), ("B", 22.0), ("C", 5.0), ("D", None)], ["thing", "worth"]
    )
    none = things.where("worth > 100")
    near = F.abs(users.score - things.worth)
    yield "nearest", users.nearestByJoin(things, near, 1, "exact", "distance")
    yield "nearest two", users.nearestByJoin(things, near, 2, "exact", "distance")
    yield "nearest of all", users.nearestByJoin(things, near, 10, "exact", "distance")
    yield "similar", users.nearestByJoin(things, -near, 1, "exact", "similarity")
    yield "approximate", users.nearestByJoin(things, near, 1, "approx", "distance")
    yield "outer", users.nearestByJoin(things, near, 1, "exact", "distance", joinType="leftouter")
    yield "none", users.nearestByJoin(none, near, 1, "exact", "distance")
    yield (
        "outer, none",
        users.nearestByJoin(none, near, 1, "exact", "distance", joinType="leftouter"),
    )
    yield "of one side", users.nearestByJoin(things, things.worth, 1, "exact", "similarity")
    yield "of text", users.nearestByJoin(things, things.thing, 1, "exact", "similarity")
    yield (
        "of columns by name",
        users.nearestByJoin(things, F.abs(F.col("score") - F.col("worth")), 1, "exact", "distance"),
    )
    yield (
        "names kept",
        users.nearestByJoin(things, near, 1, "exact", "distance").select(users.user, things.thing),
    )
    yield (
        "with itself",
        out(
            lambda: (
                users.alias("l")
                .nearestByJoin(
                    users.alias("r"),
                    F.abs(F.col("l.score") - F.col("r.score")),
                    1,
                    "exact",
                    "distance",
                )
                .select("l.user", F.col("r.user").alias("near"))
                .orderBy("l.user")
                .collect()
            )
        ),
    )
    nearest = users.nearestByJoin
    yield "no results", error(lambda: nearest(things, near, 0, "exact", "distance"))
    yield "too many", error(lambda: nearest(things, near, 100001, "exact", "distance"))
    yield "mode", error(lambda: nearest(things, near, 1, "fast", "distance"))
    yield "direction", error(lambda: nearest(things, near, 1, "exact", "away"))
    yield "join type", error(lambda: nearest(things, near, 1, "exact", "distance", joinType="full"))
    for kind in ("left", "left_outer", "LEFTOUTER", "INNER", "cross"):
        yield (
            f"join type {kind}",
            out(
                lambda kind=kind: nearest(
                    things, near, 1, "exact", "distance", joinType=kind
                ).count()
            ),
        )
    yield "modes in capitals", out(lambda: nearest(things, near, 1, "EXACT", "Distance").count())
    yield "random", out(lambda: nearest(things, F.rand(), 1, "exact", "distance").columns)
    yield (
        "of an array",
        out(lambda: nearest(things, F.array("worth"), 1, "exact", "distance").count()),
    )
    yield (
        "of a map",
        error(lambda: nearest(things, F.create_map("thing", "worth"), 1, "exact", "distance")),
    )
    yield "unknown column", error(lambda: nearest(things, F.col("nope"), 1, "exact", "distance"))
    yield "an aggregate", error(lambda: nearest(things, F.max("worth"), 1, "exact", "distance"))

    yield "level before", str(df.storageLevel)
    yield "level cached", str(df.cache().storageLevel)
    df.unpersist()
    yield "level after", [str(df.storageLevel), df.storageLevel == StorageLevel.NONE]
    df.persist(StorageLevel.DISK_ONLY_2)
    yield "level of two", [str(df.storageLevel), repr(df.storageLevel)]
    df.unpersist()
    yield (
        "local",
        [
            spark.sql("SHOW TABLES").isLocal(),
            spark.sql("SHOW DATABASES").where("true").isLocal(),
            spark.sql("VALUES (1)").isLocal(),
            spark.sql("SELECT 1").isLocal(),
            spark.range(3).isLocal(),
            df.isLocal(),
            df.limit(0).isLocal(),
            spark.sql("SELECT * FROM VALUES (1) AS t(a)").select("a").isLocal(),
            spark.sql("SET spark.sql.ansi.enabled").isLocal(),
        ],
    )
