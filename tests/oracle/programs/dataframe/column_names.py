"""The name that Spark gives to an expression which has none."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, "x", 1.5)], "a int, b string, c double")
    columns = [
        df.a + 1, 1 + df.a, df.a - df.c, df.a == 1, df.a != 1, df.a > 1, df.a >= 1, df.a < 1, df.a <= 1,
        (df.a > 1) & (df.c < 2), (df.a > 1) | (df.c < 2), ~(df.a > 1), df.a.isNull(), df.a.isNotNull(),
        df.a.cast("string"), df.a.cast("double") * 2, df.b.like("x%"), df.b.rlike("x"), df.b.startswith("x"),
        df.b.contains("x"), df.a.between(1, 2), df.a.isin(1, 2), df.a.isin([3]), df.a.eqNullSafe(1),
        df.b.substr(1, 1), F.when(df.a > 1, "many").otherwise("one"), F.when(df.a > 1, df.c),
        F.coalesce(df.a, F.lit(0)), F.concat(df.b, df.b), F.upper("b"), F.length("b"), F.abs("a"),
        F.round("c", 1), F.lit("x"), F.lit(1.0), F.expr("a + 1 * c"), F.expr("a = 1 AND b IS NULL"),
        df.a.bitwiseAND(1), df.a ** 2, df.a % 2, -df.a, F.struct("a", "b"), F.array("a", F.lit(2)),
        F.create_map("b", "a"), F.date_format(F.lit("2020-01-01"), "yyyy"), df.a.alias("z") + 1,
    ]
    yield "scalars", [df.select(column).columns[0] for column in columns]
    aggregates = [
        F.count("*"), F.count("a"), F.count(F.lit(1)), F.countDistinct("a"), F.countDistinct("a", "b"),
        F.sum("a"), F.avg("a"), F.mean("a"), F.min("a"), F.max("b"), F.first("a"), F.last("a"),
        F.variance("a"), F.var_pop("a"), F.stddev("a"), F.stddev_pop("a"), F.collect_list("a"),
        F.collect_set("a"), F.sum(df.a + 1), F.sum("a") + F.lit(1), F.sumDistinct("a"),
        F.approx_count_distinct("a"), F.avg("a").cast("int"), F.sum(F.when(df.a > 1, 1).otherwise(0)),
    ]
    yield "aggregates", [df.agg(column).columns[0] for column in aggregates]
    yield "texts of columns", [str(column) for column in columns[:30]]
    yield "texts of aggregates", [str(column) for column in aggregates]
