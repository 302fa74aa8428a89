"""Aggregates whose answer hangs on the order of rows, over frames that were sorted."""

from pyspark.sql import Window
from pyspark.sql import functions as F


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", 3)
    rows = [(i % 3, (i * 37) % 101, None if i % 5 == 0 else i) for i in range(60)]
    df = spark.createDataFrame(rows, "g int, o int, v int")
    df.createOrReplaceTempView("og_t")
    ordered = df.orderBy("o")
    down = df.orderBy(F.desc("o"))
    one = df.coalesce(1)
    picks = [
        F.first("v").alias("first"),
        F.last("v").alias("last"),
        F.any_value("v").alias("any"),
        F.first("v", True).alias("first_some"),
        F.last("v", True).alias("last_some"),
        F.collect_list("o").alias("list"),
        F.array_agg("o").alias("agg"),
        F.first(F.struct("o", "v")).alias("pair"),
    ]
    for name, frame in [("up", ordered), ("down", down)]:
        yield f"{name}, groups", frame.groupBy("g").agg(*picks)
        yield f"{name}, all", frame.agg(*picks)
        yield f"{name}, with a sum", frame.groupBy("g").agg(F.sum("o"), F.first("o"))
        yield f"{name}, filtered", frame.where("o > 20").groupBy("g").agg(*picks)
        yield (
            f"{name}, computed",
            frame.withColumn("w", F.col("o") * 2).groupBy("g").agg(F.first("w"), F.last("w")),
        )
        yield f"{name}, limited", frame.limit(20).groupBy("g").agg(*picks)
        yield f"{name}, by key and order", frame.orderBy("g", "o").groupBy("g").agg(*picks)
        yield f"{name}, dropDuplicates", frame.dropDuplicates(["g"])
        yield f"{name}, distinct", frame.select("g").distinct()
    yield (
        "texts",
        ordered.groupBy("g").agg(F.concat_ws(",", F.collect_list(F.col("o").cast("string")))),
    )
    yield (
        "listagg",
        one.orderBy("o").groupBy("g").agg(F.listagg(F.col("o").cast("string"), F.lit(","))),
    )
    yield "of a sorted part", one.sortWithinPartitions("o").groupBy("g").agg(*picks)
    yield "sorted twice", df.orderBy("o").orderBy(F.desc("o")).groupBy("g").agg(*picks)
    yield (
        "sql",
        spark.sql(
            "select g, first(v) as f, last(v) as l, collect_list(o) as c "
            "from (select * from og_t order by o desc) group by g"
        ),
    )
    yield (
        "sql, with",
        spark.sql(
            "with s as (select * from og_t order by o) select first(o) as f, last(o) as l, "
            "max_by(v, o) as m from s"
        ),
    )
    yield (
        "filter clause",
        ordered.groupBy("g").agg(F.expr("first(o) filter (where o > 30) as f"), F.last("o")),
    )
    yield "distinct beside", ordered.groupBy("g").agg(F.countDistinct("v"), F.first("o"))
    yield "pivot", ordered.groupBy("g").pivot("v", [1, 2, 7]).agg(F.first("o"))
    yield "rollup", ordered.rollup("g").agg(F.first("o"), F.last("o"))
    yield (
        "union below",
        df.unionAll(df.withColumn("o", F.col("o") + 200))
        .orderBy(F.desc("o"))
        .groupBy("g")
        .agg(*picks),
    )
    other = spark.createDataFrame([(0, "a"), (1, "b"), (2, "c")], "g int, name string")
    yield (
        "join above the sort",
        ordered.join(F.broadcast(other), "g").groupBy("name").agg(F.first("o"), F.last("o")),
    )
    yield (
        "window above",
        ctx.ordered(
            down.withColumn("n", F.row_number().over(Window.partitionBy("g").orderBy("o")))
            .where("n = 1")
            .orderBy("g")
        ),
    )
    yield "max beside mode", ordered.agg(F.max("o"), F.min("o"), F.count("o"))
    yield "in order", ctx.ordered(ordered.where("g = 1").select("o"))
    yield "sorted, then one", ctx.ordered(ordered.coalesce(1).limit(5))
    yield "collect_set", ordered.groupBy("g").agg(F.sort_array(F.collect_set("o")).alias("s"))
    yield "nth", down.groupBy("g").agg(F.expr("max_by(v, g)").alias("tie"), F.expr("min_by(o, g)"))
    yield (
        "subquery",
        spark.sql("select (select first(o) from (select o from og_t order by o desc)) as top"),
    )
