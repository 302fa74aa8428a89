"""What does GroupedData.pivot give: values given or found, several aggregates, names, refusals?"""

import datetime

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [
            ("a", "x", 1, 1.5),
            ("a", "y", 2, 2.5),
            ("b", "x", 3, 3.5),
            ("b", None, 4, 4.5),
            (None, "x", 5, 5.5),
            ("a", "x", None, 6.5),
        ],
        "k string, p string, v int, d double",
    ).coalesce(1)

    yield "given", df.groupBy("k").pivot("p", ["x", "y"]).sum("v")
    yield "found", df.groupBy("k").pivot("p").sum("v")
    yield "found, count", df.groupBy("k").pivot("p").count()
    yield "given, count", df.groupBy("k").pivot("p", ["y", "z"]).count()
    yield "two", df.groupBy("k").pivot("p", ["x", "y"]).agg(F.sum("v"), F.max("d").alias("m"))
    yield "one with a name", df.groupBy("k").pivot("p", ["x"]).agg(F.sum("v").alias("s"))
    yield "dictionary", df.groupBy("k").pivot("p", ["x"]).agg({"v": "sum", "d": "avg"})
    yield "numeric of all", df.groupBy("k").pivot("p", ["x"]).sum()
    yield "null given", df.groupBy("k").pivot("p", ["x", None]).agg(F.sum("v"))
    yield "no keys", df.groupBy().pivot("p").sum("v")
    yield "column", ctx.error(lambda: df.groupBy("k").pivot(df.p, ["x"]))
    wide = df.withColumn("big", F.col("v") > 2).withColumn("st", F.struct("p", "v"))
    wide = wide.withColumn("ar", F.array("p")).withColumn("de", F.col("d").cast("decimal(4,2)"))
    yield "numbers", df.groupBy("k").pivot("v").count()
    yield "numbers given", df.groupBy("k").pivot("v", [1, 3]).count()
    yield "doubles", df.groupBy("k").pivot("d").count()
    yield "doubles given", df.groupBy("k").pivot("d", [1.5]).agg(F.first("v"))
    yield "booleans", wide.groupBy("k").pivot("big", [True, False]).sum("v")
    yield "booleans found", wide.groupBy("k").pivot("big").sum("v")
    yield "several keys", df.groupBy("k", "v").pivot("p", ["x"]).sum("d")
    yield (
        "expression of aggregates",
        df.groupBy("k").pivot("p", ["x"]).agg((F.sum("v") + F.count("v")).alias("e")),
    )
    yield "min of text", df.groupBy("k").pivot("v", [1, 2]).agg(F.min("p"), F.collect_list("p"))
    yield "first", df.groupBy("k").pivot("p", ["x", "y"]).agg(F.first("d"), F.last("d"))
    yield "count distinct", df.groupBy("k").pivot("p", ["x"]).agg(F.count_distinct("v"))
    yield (
        "values empty",
        ctx.outcome(
            lambda: [
                list(r) for r in df.groupBy("k").pivot("p", []).sum("v").orderBy("k").collect()
            ]
        ),
    )
    dates = df.withColumn("e", F.lit("2024-01-02").cast("date"))
    yield "dates found", dates.groupBy("k").pivot("e").count()
    yield "dates given", dates.groupBy("k").pivot("e", [datetime.date(2024, 1, 2)]).count()
    times = df.withColumn("e", F.lit("2024-01-02 03:04:05").cast("timestamp"))
    yield "timestamps found", times.groupBy("k").pivot("e").count()
    yield "struct found", wide.groupBy("k").pivot("st").agg(F.sum("d"))
    yield "array found", wide.groupBy("k").pivot("ar").agg(F.sum("d"))
    yield "decimal found", wide.groupBy("k").pivot("de").count()
    yield "type of values", df.groupBy("k").pivot("v", ["1", "3"]).count()
    yield (
        "name with a dot",
        df.withColumn("p", F.concat("p", F.lit(".z"))).groupBy("k").pivot("p").count(),
    )
    yield "repr", repr(df.groupBy("k").pivot("p", ["x"]))
    yield (
        "same value twice",
        ctx.outcome(lambda: df.groupBy("k").pivot("p", ["x", "x"]).sum("v").columns),
    )
    yield "twice", ctx.error(lambda: df.groupBy("k").pivot("p", ["x"]).pivot("v", [1]))
    yield (
        "of a cube",
        ctx.outcome(lambda: sorted(map(str, df.cube("k").pivot("p", ["x"]).sum("v").collect()))),
    )
    yield "unknown column", ctx.error(lambda: df.groupBy("k").pivot("nope", ["x"]).sum("v"))
    yield "unknown column found", ctx.error(lambda: df.groupBy("k").pivot("nope"))
    yield "not an aggregate", ctx.error(lambda: df.groupBy("k").pivot("p", ["x"]).agg(F.col("v")))
    yield (
        "values of another type",
        ctx.error(lambda: df.groupBy("k").pivot("v", ["x"]).sum("d").collect()),
    )
    yield "values not a list", ctx.outcome(lambda: df.groupBy("k").pivot("p", "x").sum("v").columns)
    spark.conf.set("spark.sql.pivotMaxValues", 2)
    yield "too many", ctx.error(lambda: df.groupBy("k").pivot("v"))
    yield "not too many", df.groupBy("k").pivot("k").count().columns
    yield "given, beyond the limit", df.groupBy("k").pivot("v", [1, 2, 3]).count().columns
