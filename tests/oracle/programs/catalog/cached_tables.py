"""What is kept of tables and views by name, and what lets it go?"""


def run(spark, ctx):
    spark.range(3).createOrReplaceTempView("ct_v")
    spark.sql("CREATE TABLE ct_t (id INT) USING parquet")
    spark.sql("INSERT INTO ct_t VALUES (1), (2)")
    cached = spark.catalog.isCached
    try:
        yield "before", [cached("ct_v"), cached("ct_t")]
        spark.catalog.cacheTable("ct_t")
        spark.catalog.cacheTable("ct_v")
        yield "cached", [cached("ct_v"), cached("ct_t"), cached("default.ct_t")]
        yield "frames", [spark.table("ct_t").is_cached, spark.sql("SELECT * FROM ct_t").is_cached]
        yield "read", ctx.snapshot(spark.table("ct_t"))
        spark.sql("INSERT INTO ct_t VALUES (3)")
        yield "read after insert", ctx.snapshot(spark.table("ct_t"))
        yield "still cached", cached("ct_t")
        yield "over it", ctx.snapshot(spark.sql("SELECT count(*) AS n FROM ct_t WHERE id > 1"))
        spark.catalog.uncacheTable("ct_t")
        yield "uncached", [cached("ct_v"), cached("ct_t")]
        yield "uncached again", ctx.outcome(lambda: spark.catalog.uncacheTable("ct_t"))
        spark.catalog.clearCache()
        yield "cleared", [cached("ct_v"), cached("ct_t")]
        spark.sql("CACHE TABLE ct_t")
        yield "by sql", cached("ct_t")
        spark.sql("UNCACHE TABLE ct_t")
        yield "gone by sql", cached("ct_t")
        spark.sql("CACHE LAZY TABLE ct_t OPTIONS ('storageLevel' 'MEMORY_ONLY')")
        yield "lazy", cached("ct_t")
        yield "level", str(spark.table("ct_t").storageLevel)
        spark.sql("CACHE TABLE ct_made AS SELECT id + 1 AS n FROM ct_t")
        yield "made", [cached("ct_made"), sorted(r.n for r in spark.table("ct_made").collect())]
        spark.sql("UNCACHE TABLE ct_made")
        yield "made, gone", [cached("ct_made"), spark.catalog.tableExists("ct_made")]
        spark.sql("CLEAR CACHE")
        yield "cleared by sql", cached("ct_t")
        yield "unknown", ctx.error(lambda: spark.sql("CACHE TABLE ct_no"))
        yield "unknown to uncache", ctx.error(lambda: spark.sql("UNCACHE TABLE ct_no"))
        spark.sql("UNCACHE TABLE IF EXISTS ct_no")
        yield "isCached of nothing", ctx.error(lambda: cached("ct_no"))
        yield (
            "bad level",
            ctx.error(lambda: spark.sql("CACHE TABLE ct_t OPTIONS ('storageLevel' 'NOWHERE')")),
        )
        spark.sql("CACHE TABLE ct_t")
        spark.sql("DROP TABLE ct_t")
        spark.sql("CREATE TABLE ct_t (id INT) USING parquet")
        yield "made anew", [cached("ct_t"), spark.table("ct_t").count()]
        frame = spark.range(5)
        frame.cache()
        yield "equal frames", [spark.range(5).is_cached, spark.range(6).is_cached]
        frame.unpersist()
        yield "equal frames, gone", [spark.range(5).is_cached, frame.is_cached]
    finally:
        spark.catalog.clearCache()
        spark.catalog.dropTempView("ct_v")
        spark.catalog.dropTempView("ct_made")
        spark.sql("DROP TABLE IF EXISTS ct_t")
