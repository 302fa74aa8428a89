"""What does GroupedData.pivot give: values given or found, several aggregates, names, refusals?"""

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
    groups = df.groupBy("k")

    yield "given", groups.pivot("p", ["x", "y"]).sum("v")
    yield "found, count", groups.pivot("p").count()
    yield "two", groups.pivot("p", ["x", "z"]).agg(F.sum("v"), F.max("d").alias("m"))
    yield "one with a name", groups.pivot("p", ["x"]).agg(F.count("v").alias("s"))
    yield "null given, no keys", df.groupBy().pivot("p", ["x", None]).agg({"v": "sum"})
    yield "doubles found", groups.pivot("d").agg(F.first("v"))
    yield (
        "texts and lists",
        groups.pivot("v", [1, 2]).agg(F.min("p"), F.collect_list("p"), F.count("d")),
    )
    yield "first and last", groups.pivot("p", ["x", "y"]).agg(F.first("p"), F.last("p"))
    yield (
        "dates found",
        df.withColumn("e", F.lit("2024-01-02").cast("date")).groupBy("k").pivot("e").count(),
    )
    yield "repr", repr(groups.pivot("p", ["x"]))

    def columns(make):
        return ctx.outcome(lambda: make().columns)

    yield "same value twice", columns(lambda: groups.pivot("p", ["x", "x"]).sum("v"))
    yield "no values", columns(lambda: groups.pivot("p", []).sum("v"))
    yield "values of another type", columns(lambda: groups.pivot("v", ["x"]).sum("d"))
    yield "twice", columns(lambda: groups.pivot("p", ["x"]).pivot("v", [1]).count())
    yield "of a cube", columns(lambda: df.cube("k").pivot("p", ["x"]).sum("v"))
    yield "unknown column", columns(lambda: groups.pivot("nope", ["x"]).sum("v"))
    yield "unknown column, values to be found", columns(lambda: groups.pivot("nope").sum("v"))
    yield "not an aggregate", columns(lambda: groups.pivot("p", ["x"]).agg(F.col("v")))
    yield "a column", columns(lambda: groups.pivot(df.p, ["x"]).count())
    st = df.withColumn("st", F.struct("p", "v"))
    yield "struct found", columns(lambda: st.groupBy("k").pivot("st").count())
    spark.conf.set("spark.sql.pivotMaxValues", 2)
    yield "too many", columns(lambda: groups.pivot("v").count())
    yield "given, beyond the limit", columns(lambda: groups.pivot("v", [1, 2, 3]).count())
