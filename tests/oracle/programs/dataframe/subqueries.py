"""What are frames inside expressions: exists, scalar, isin, with columns from around?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    customers = spark.createDataFrame(
        [(1, "ann"), (2, "bob"), (3, "cy"), (4, None)], "cid INT, name STRING"
    ).alias("c")
    orders = spark.createDataFrame(
        [(10, 1, 5.0), (11, 1, 7.5), (12, 2, 1.0), (13, None, 9.0)],
        "oid INT, cid INT, amount DOUBLE",
    ).alias("o")
    inner = orders.where(F.col("o.cid") == F.col("c.cid").outer())
    yield "exists", customers.where(inner.exists())
    yield "not exists", customers.where(~inner.exists())
    yield "uncorrelated exists", customers.where(orders.where("amount > 100").exists())
    yield "exists in select", customers.select("cid", inner.exists().alias("has"))
    total = inner.select(F.sum("o.amount")).scalar()
    yield "scalar", customers.select("cid", total.alias("total"))
    yield "scalar in where", customers.where(total > 2)
    most = orders.select(F.max("amount")).scalar()
    yield "uncorrelated scalar", orders.where(F.col("amount") == most)
    yield "scalar arithmetic", orders.select("oid", (F.col("amount") / most).alias("part"))
    yield "isin", customers.where(F.col("cid").isin(orders.select("cid")))
    known = orders.where("cid IS NOT NULL").select("cid")
    yield "not isin", customers.where(~F.col("cid").isin(known))
    yield "not isin with null", customers.where(~F.col("cid").isin(orders.select("cid")))
    yield "isin correlated", customers.where(F.col("name").isin(inner.select(F.lit("ann"))))
    yield (
        "isin of two columns",
        ctx.error(
            lambda: customers.where(F.col("cid").isin(orders.select("oid", "cid"))).collect()
        ),
    )
    yield (
        "scalar of two columns",
        ctx.error(lambda: customers.select(orders.select("oid", "cid").scalar()).collect()),
    )
    yield (
        "scalar of two rows",
        ctx.error(lambda: customers.select(orders.select("oid").scalar()).collect()),
    )
    yield "names", customers.select(most, inner.exists()).columns
    yield "outer at the top", customers.select(F.col("cid").outer())
    yield (
        "outer unknown",
        ctx.error(
            lambda: customers.where(orders.where(F.col("x").outer() == 1).exists()).collect()
        ),
    )
    yield (
        "frame itself",
        customers.where(
            orders.where(F.col("o.cid") == F.col("c.cid").outer())
            .where(F.col("o.amount") > F.length(F.col("c.name").outer()))
            .exists()
        ),
    )
