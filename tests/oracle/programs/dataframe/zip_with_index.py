"""Which numbers does zipWithIndex give, under which name and type?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([("b", 1), ("a", 2), (None, 3)], "k string, v int").coalesce(1)
    yield "in order", ctx.ordered(df.orderBy("v").zipWithIndex())
    yield "named", df.orderBy("v").zipWithIndex("n")
    yield "of a filter", df.where("v > 1").orderBy("v").zipWithIndex("n")
    yield "filtered after", df.orderBy("v").zipWithIndex("n").where("v > 1")
    parts = spark.range(6).repartition(3).zipWithIndex("n")
    yield "over parts", sorted(row.n for row in parts.collect())
    yield "of nothing", df.where("false").zipWithIndex()
    yield "twice", df.orderBy("v").zipWithIndex("x").zipWithIndex("y")
    yield "name taken", ctx.outcome(lambda: df.zipWithIndex("v").columns)
    yield "name taken, read", ctx.outcome(lambda: df.zipWithIndex("v").select("v").columns)
    yield "counted", df.orderBy("v").zipWithIndex("n").agg(F.max("n"), F.count("*"))
