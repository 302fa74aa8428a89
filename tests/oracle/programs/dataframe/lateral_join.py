"""What gives a join whose right side sees each row of the left?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    left = spark.createDataFrame([(1, 2), (2, 0), (3, 3)], "a INT, n INT").alias("l")
    right = spark.createDataFrame([(1, "x"), (1, "y"), (3, "z")], "a INT, t STRING").alias("r")
    own = right.where(F.col("r.a") == F.col("l.a").outer()).select("t")
    yield "inner", left.lateralJoin(own)
    yield "left", left.lateralJoin(own, how="left")
    yield "cross", left.lateralJoin(own, how="cross")
    yield "condition", left.lateralJoin(own, F.col("t") != "y", "left")
    computed = spark.range(1).select((F.col("l.a").outer() + F.col("l.n").outer()).alias("s"))
    yield "computed", left.lateralJoin(computed)
    counted = right.where(F.col("r.a") == F.col("l.a").outer()).select(F.count("*").alias("k"))
    yield "counted", left.lateralJoin(counted)
    yield "uncorrelated", left.lateralJoin(right.select("t"))
    exploded = spark.tvf.explode(F.sequence(F.lit(1), F.col("l.n").outer()))
    yield "generator", ctx.outcome(lambda: sorted(left.lateralJoin(exploded).collect()))
    yield "right", ctx.error(lambda: left.lateralJoin(own, how="right"))
