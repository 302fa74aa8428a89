"""Frames inside others' conditions and lists: isin beside or, correlated by more than equality."""

from pyspark.sql import functions as F


def run(spark, ctx):
    rows = [(1, "x"), (2, "y"), (2, "z"), (None, "x"), (3, None)]
    a = spark.createDataFrame(rows, "k int, v string").alias("a")
    b = spark.createDataFrame([(1, "x"), (2, "q"), (None, "x"), (4, "w")], "k int, w string").alias(
        "b"
    )
    c = spark.createDataFrame([(1,), (5,)], "n int").alias("c")
    none = c.where("n > 9")
    inside = b.select("k")
    of_c = c.select("n")

    tried = ctx.tried
    k, v = F.col("k"), F.col("v")
    tests = {
        "alone": lambda: k.isin(inside),
        "not": lambda: ~k.isin(inside),
        "not of c": lambda: ~k.isin(of_c),
        "or": lambda: k.isin(inside) | (v == "z"),
        "not or": lambda: ~(k.isin(of_c) | (v == "z")),
        "when": lambda: F.when(k.isin(of_c), True).otherwise(v == "z"),
        "none": lambda: k.isin(none.select("n")),
        "not none": lambda: ~k.isin(none.select("n")),
        "two": lambda: F.struct(k, v).isin(b.select("k", "w")),
        "greater": lambda: c.where(F.col("n") > F.col("a.k").outer()).exists(),
        "other": lambda: ~c.where(F.col("n") != F.col("a.k").outer()).exists(),
        "either": lambda: c.where(
            (F.col("n") == F.col("a.k").outer()) | (F.col("a.v").outer() == "z")
        ).exists(),
    }
    for name, test in tests.items():
        yield f"where {name}", tried(lambda test=test: a.where(test()))
        yield f"select {name}", tried(lambda test=test: a.select("k", "v", test().alias("t")))
        yield (
            f"when {name}",
            tried(lambda test=test: a.select("k", F.when(test(), 1).otherwise(0).alias("t"))),
        )
    outer = F.col("a.k").outer()
    scalars = {
        "by less": lambda: c.where(F.col("n") < outer).select("n").scalar(),
        "too many": lambda: b.where(F.col("k") >= outer).select("w").scalar(),
        "first": lambda: (
            b.where(F.col("b.k") >= outer).orderBy(F.desc("b.k")).limit(1).select("w").scalar()
        ),
        "count": lambda: c.where(F.col("n") > outer).agg(F.count("*")).scalar(),
        "alone": lambda: spark.range(1).select(outer + 1).scalar(),
    }
    for name, value in scalars.items():
        yield f"scalar {name}", tried(lambda value=value: a.select("k", value().alias("s")))
        yield f"where scalar {name}", tried(lambda value=value: a.where(value().isNotNull()))
    yield "with column", tried(lambda: a.withColumn("t", k.isin(inside)))
    yield "order", tried(lambda: a.orderBy(k.isin(of_c), "k", "v"))
    yield "aggregate", tried(lambda: a.groupBy("v").agg(F.count_if(k.isin(inside)).alias("n")))
    yield "group", tried(lambda: a.groupBy(k.isin(inside).alias("i")).count())
    top = b.where(F.col("b.k") >= outer).orderBy(F.desc("b.k")).limit(1)
    yield "lateral", tried(lambda: a.lateralJoin(top))
    yield "lateral left", tried(lambda: a.lateralJoin(top, how="left"))
    yield "lateral on", tried(lambda: a.lateralJoin(top, F.col("w") != "w", how="left"))
