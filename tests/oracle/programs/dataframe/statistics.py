"""corr, cov, crosstab, freqItems and approxQuantile of a table."""

from pyspark.sql import functions as F

ROWS = [(i % 3, "ab"[i % 2], float(i * i), i) for i in range(12)]


def run(spark, ctx):
    df = spark.createDataFrame(ROWS, "k int, s string, d double, v int").coalesce(1)
    holes = spark.createDataFrame(
        [(1, 2.0, None), (None, 3.0, "x"), (3, None, "y"), (4, float("nan"), None)],
        "a int, b double, s string",
    ).coalesce(1)
    out = ctx.outcome

    yield "corr", out(lambda: round(df.corr("d", "v"), 9))
    yield "corr by name", out(lambda: round(df.stat.corr("d", "v", "pearson"), 9))
    yield "corr of one value", out(lambda: str(df.limit(1).corr("d", "v")))
    yield "corr of nothing", out(lambda: str(df.limit(0).corr("d", "v")))
    yield "corr with nulls", out(lambda: str(holes.corr("a", "b")))
    yield "corr with nulls, no NaN", out(lambda: str(holes.limit(3).corr("a", "b")))
    yield "corr of text", out(lambda: df.corr("s", "v"))
    yield "corr of the unknown", out(lambda: df.corr("nope", "v"))
    yield "corr by another way", out(lambda: df.corr("d", "v", "spearman"))
    yield "corr of a number", out(lambda: df.corr(1, "v"))
    yield "cov", out(lambda: round(df.cov("d", "v"), 9))
    yield "cov of one value", out(lambda: str(df.limit(1).cov("d", "v")))
    yield "cov of nothing", out(lambda: str(df.limit(0).cov("d", "v")))
    yield "cov with nulls", out(lambda: str(holes.limit(3).cov("a", "b")))
    yield "cov of text", out(lambda: df.cov("s", "v"))
    yield "cov of a number", out(lambda: df.stat.cov("s", 1))

    yield "crosstab", df.crosstab("k", "s")
    yield "crosstab of numbers", df.where("v < 4").crosstab("v", "d")
    yield "crosstab with nulls", holes.crosstab("s", "a")
    yield "crosstab with nulls in doubles", holes.crosstab("a", "b")
    yield "crosstab of stat", df.stat.crosstab("s", "k")
    yield "crosstab of nothing", df.limit(0).crosstab("s", "k")
    yield "crosstab of the unknown", out(lambda: df.crosstab("nope", "k").collect())
    yield "crosstab of a number", out(lambda: df.crosstab(1, "k").collect())
    odd = spark.createDataFrame([("a.b", "c`d"), ("e", "f g")], "x string, y string").coalesce(1)
    yield "crosstab of odd names", odd.crosstab("x", "y")

    def items(frame):
        found = frame.collect()[0].asDict()
        return {name: sorted(values, key=str) for name, values in found.items()}

    yield "freqItems", out(lambda: items(df.freqItems(["k", "s"])))
    yield "freqItems, support", out(lambda: items(df.freqItems(("k", "s"), 0.4)))
    yield "freqItems, high support", out(lambda: items(df.freqItems(["k", "v"], 0.9)))
    yield "freqItems, schema", df.freqItems(["k", "s"]).schema.simpleString()
    yield "freqItems with nulls", out(lambda: items(holes.freqItems(["a", "s"])))
    yield "freqItems of stat", out(lambda: items(df.stat.freqItems(["s"])))
    yield "freqItems of nothing", out(lambda: items(df.limit(0).freqItems(["s"])))
    yield "freqItems of the unknown", out(lambda: items(df.freqItems(["nope"])))
    yield "freqItems of text", out(lambda: items(df.freqItems("k")))
    yield "freqItems below", out(lambda: items(df.freqItems(["k"], 0.00001)))
    yield "freqItems above", out(lambda: items(df.freqItems(["k"], 1.5)))

    big = spark.range(0, 1000, 1, 1).select(((F.col("id") * 7919) % 1000).alias("x"))
    yield "quantiles, exact", df.approxQuantile("d", [0.0, 0.25, 0.5, 0.75, 1.0], 0.0)
    yield "quantiles, near", df.approxQuantile("d", [0.5], 0.1)
    yield "quantiles of two", df.approxQuantile(["d", "v"], [0.1, 0.5], 0.0)
    yield "quantiles of a tuple", df.stat.approxQuantile(("d", "v"), (0.1, 0.5), 0.25)
    yield "quantiles of many, exact", big.approxQuantile("x", [0.1, 0.5, 0.9], 0.0)
    yield "quantiles of many, near", big.approxQuantile("x", [0.0, 0.1, 0.5, 0.9, 1.0], 0.05)
    yield "quantiles of many, far", big.approxQuantile("x", [0.1, 0.5, 0.9], 0.4)
    yield "quantiles of many, no error", big.approxQuantile("x", [0.5], 1.0)
    yield "quantiles with nulls", holes.approxQuantile(["a", "b"], [0.5, 1.0], 0.0)
    yield "quantiles of nothing", df.limit(0).approxQuantile(["d", "v"], [0.5], 0.0)
    yield "quantiles, probability", out(lambda: df.approxQuantile("d", [1.5], 0.0))
    yield "quantiles, error", out(lambda: df.approxQuantile("d", [0.5], -0.1))
    yield "quantiles of text", out(lambda: df.approxQuantile("s", [0.5], 0.1))
    yield "quantiles of the unknown", out(lambda: df.approxQuantile("nope", [0.5], 0.1))
    yield "quantiles, types", out(lambda: df.approxQuantile(1, [0.5], 0.1))
    yield "quantiles, types of two", out(lambda: df.approxQuantile([1], [0.5], 0.1))
    yield "quantiles, probabilities", out(lambda: df.approxQuantile("d", 0.5, 0.1))
    yield "quantiles, a number", out(lambda: df.approxQuantile("d", [0.5], "x"))
