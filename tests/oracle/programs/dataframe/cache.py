"""cache, persist and views: what a frame says of itself."""

from pyspark import StorageLevel


def run(spark, ctx):
    df = spark.range(5).selectExpr("id", "id % 2 AS odd")
    yield "before", [df.is_cached, str(df.storageLevel)]
    yield "cache gives the frame", df.cache() is df
    yield "after", [df.is_cached, str(df.storageLevel)]
    yield "counted twice", [df.count(), df.count()]
    yield "derived", df.groupBy("odd").count()
    df.unpersist()
    yield "unpersisted", [df.is_cached, str(df.storageLevel)]
    df.persist(StorageLevel.MEMORY_ONLY)
    yield "memory only", str(df.storageLevel)
    df.unpersist()
    df.createOrReplaceTempView("t")
    yield (
        "view cached",
        [spark.catalog.isCached("t"), spark.catalog.cacheTable("t"), spark.catalog.isCached("t")],
    )
    spark.catalog.uncacheTable("t")
    yield "view uncached", spark.catalog.isCached("t")
