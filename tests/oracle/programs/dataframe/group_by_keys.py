"""Which keys are equal: nulls, NaN, both zeros, structs, arrays."""


def run(spark, ctx):
    values = "(double('NaN')), (double('NaN')), (0.0D), (-0.0D), (null), (null), (1.5D)"
    yield "doubles", spark.sql(f"SELECT v, count(*) AS n FROM VALUES {values} AS t(v) GROUP BY v")
    yield "distinct doubles", spark.sql(f"SELECT DISTINCT v FROM VALUES {values} AS t(v)")
    df = spark.createDataFrame(
        [((1, "a"), [1, None], 1), ((1, "a"), [1, None], 2), ((1, None), [], 3), (None, None, 4)],
        "s struct<p:int,q:string>, l array<int>, n int",
    )
    yield "structs", df.groupBy("s").sum("n")
    yield "arrays", df.groupBy("l").sum("n")
    yield "field", df.groupBy("s.p").sum("n")
    maps = spark.createDataFrame([({"a": 1}, 1)], "m map<string,int>, n int")
    yield (
        "maps",
        ctx.outcome(
            lambda: [
                r.n for r in maps.groupBy("m").count().withColumnRenamed("count", "n").collect()
            ]
        ),
    )
