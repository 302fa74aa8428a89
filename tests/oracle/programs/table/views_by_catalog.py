"""Which views does the catalog list, and by which patterns?"""


def run(spark, ctx):
    catalog = spark.catalog
    try:
        spark.range(1).createOrReplaceTempView("vc_b")
        spark.range(1).createOrReplaceTempView("vc_a")
        spark.range(1).createOrReplaceTempView("vc_Big")
        spark.range(1).createOrReplaceGlobalTempView("vc_g")
        spark.sql("CREATE TABLE vc_t (id INT) USING parquet")
        yield "all", [tuple(v) for v in catalog.listViews()]
        yield "of default", [v.name for v in catalog.listViews("default")]
        for pattern in ("vc_*", "VC_*", "vc_a|vc_b", "vc_%", "x*"):
            yield f"like {pattern}", [v.name for v in catalog.listViews(pattern=pattern)]
        yield "in a database, like", [v.name for v in catalog.listViews("default", "vc_a*")]
        yield "global", ctx.outcome(lambda: [tuple(v) for v in catalog.listViews("global_temp")])
        yield "nowhere", ctx.error(lambda: catalog.listViews("nope"))
    finally:
        for name in ("vc_a", "vc_b", "vc_Big"):
            catalog.dropTempView(name)
        catalog.dropGlobalTempView("vc_g")
        spark.sql("DROP TABLE IF EXISTS vc_t")
