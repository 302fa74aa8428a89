"""Where may a `udf` stand, what is it called, and what does it see?"""

import functools

from pyspark.sql import Window
from pyspark.sql import functions as F


class Twice:
    def __call__(self, x):
        return None if x is None else x * 2


def run(spark, ctx):
    df = spark.createDataFrame(
        [(1, "a", 2.5), (2, None, None), (3, "cc", -1.0)], "id long, s string, d double"
    )
    plus = F.udf(lambda x: x + 1, "int")
    size = F.udf(lambda s: -1 if s is None else len(s), "int")
    text = F.udf(lambda *xs: str(xs))
    yield (
        "schema",
        df.select(plus("id"), size(df.s).alias("n"), text("id", "s")).schema.simpleString(),
    )
    yield "select", df.select(plus("id"), size(df.s).alias("n"), text("id", "s", "d"))
    yield "where", df.where(plus("id") > 2)
    yield "where and", df.where((df.id > 1) & (F.udf(lambda x: 6 // (x - 1), "int")("id") == 6))
    yield "withColumn", df.withColumn("id", plus(plus("id")))
    yield "orderBy", ctx.ordered(df.orderBy(size("s").desc(), "id"))
    yield "groupBy", df.groupBy(size("s")).count()
    yield "groupBy names", df.groupBy(size("s") % 2).agg(F.sum(plus("id"))).columns
    yield "agg", df.agg(F.sum(plus("id")), plus(F.sum("id")))
    yield "agg group", df.groupBy("s").agg(plus(F.max("id")).alias("m"))
    yield "window", df.select("id", F.sum(plus("id")).over(Window.orderBy(plus("id"))).alias("w"))
    yield "of window", df.select(plus(F.row_number().over(Window.orderBy("id"))).alias("w"))
    yield (
        "join equal",
        df.alias("a").join(df.alias("b"), plus("a.id") == F.col("b.id")).select("a.id", "b.id"),
    )
    less = F.udf(lambda a, b: a < b, "boolean")
    yield (
        "join both",
        df.alias("a")
        .join(df.alias("b"), less("a.id", "b.id"))
        .select(F.col("a.id").alias("l"), F.col("b.id").alias("r")),
    )
    one_side = plus("b.id") == 3
    joined = df.alias("a").join(df.alias("b"), (F.col("a.id") == F.col("b.id")) & one_side, "left")
    yield "join left", joined.select(F.col("a.id").alias("l"), F.col("b.id").alias("r"))
    left = df.alias("a").join(df.alias("b"), less("a.id", "b.id"), "left")
    yield "join left both", ctx.error(lambda: left.collect())
    yield "case", df.select(F.when(df.id > 1, plus("id")).otherwise(0).alias("c"))
    yield "no arguments", df.select(F.udf(lambda: 7, "int")())
    named = F.udf(lambda a, b: f"{a}-{b}")
    yield "named", df.select(named(b=df.s, a="id"))
    yield "named and not", df.select(named("id", b=F.lit("x"))).columns
    yield (
        "callables",
        df.select(F.udf(Twice(), "long")("id"), F.udf(functools.partial(max, 2), "long")("id")),
    )
    yield "built in", df.where("s is not null").select(F.udf(len, "int")("s"))
    yield "nested kinds", df.select(F.udf(lambda x: [x, x], "array<long>")(plus("id")).alias("n"))
    yield "literal", df.select(plus(F.lit(41)).alias("n")).distinct()
    yield (
        "twice",
        df.select(plus("id").alias("a"), plus("id").alias("b"), (plus("id") * 2).alias("c")),
    )
    yield "unused", df.select(plus("s").alias("bad"), "id").select("id")
    yield "count", df.withColumn("bad", plus("s")).count()
    yield "filter below", df.withColumn("n", plus("id")).where("id = 2")
    yield "union", df.select(plus("id").alias("n")).union(df.select(size("s")))
    yield "distinct", df.select(size("s").alias("n")).distinct()
    yield "drop", df.select(plus("id").alias("n"), "id").dropDuplicates(["n"]).count()
    yield "explode", df.select(F.explode(F.udf(lambda x: list(range(x)), "array<int>")("id")))
    yield "star", ctx.error(lambda: df.select(text("*")).collect())
    yield "in a table", spark.range(0).select(plus("id")).collect()
