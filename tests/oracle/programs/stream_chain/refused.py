"""Which chains of stateful operators are refused, in which mode and with which error?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def windowed(df):
        return (
            df.withWatermark("t", "10 seconds")
            .groupBy(F.window("t", "10 seconds"), "k")
            .agg(F.sum("v").alias("v"))
        )

    def again(df):
        return windowed(df).groupBy(F.window("window", "1 minute")).agg(F.sum("v").alias("v"))

    def by_key(df):
        return windowed(df).groupBy("k").agg(F.sum("v").alias("v"))

    def by_start(df):
        return windowed(df).groupBy("window.start").agg(F.sum("v").alias("v"))

    def by_same_window(df):
        return windowed(df).groupBy("window").agg(F.sum("v").alias("v"))

    def no_watermark(df):
        return df.groupBy("k").agg(F.sum("v").alias("v")).groupBy("v").count()

    def dedup(df):
        return df.withWatermark("t", "10 seconds").dropDuplicates(["k", "t"])

    def dedup_windowed(df):
        return dedup(df).groupBy(F.window("t", "10 seconds")).count()

    def windowed_dedup(df):
        return windowed(df).dropDuplicates(["window", "v"])

    def windowed_limit(df):
        return windowed(df).limit(3)

    def limit_windowed(df):
        return windowed(df.limit(3))

    def windowed_sorted(df):
        return windowed(df).orderBy("v")

    def self_joined(df):
        return windowed(df).join(windowed(df).withColumnRenamed("v", "u"), ["window", "k"])

    def self_joined_left(df):
        return windowed(df).join(windowed(df).withColumnRenamed("v", "u"), ["window", "k"], "left")

    def second_watermark(df):
        return (
            windowed(df)
            .select(F.col("window.start").alias("s"), "v")
            .withWatermark("s", "5 seconds")
            .groupBy(F.window("s", "1 minute"))
            .count()
        )

    builds = (
        again,
        by_key,
        by_start,
        by_same_window,
        no_watermark,
        dedup_windowed,
        windowed_dedup,
        windowed_limit,
        limit_windowed,
    )
    builds += (windowed_sorted, self_joined, self_joined_left, second_watermark)
    for build in builds:
        for mode in ("append", "update", "complete"):

            def start(build=build, mode=mode):
                with ctx.script(lambda source: build(source("a", SCHEMA)), mode) as script:
                    script.start()
                return "started"

            yield f"{build.__name__} {mode}", ctx.outcome(start)
    spark.conf.set("spark.sql.streaming.statefulOperator.allowMultiple", "false")
    for build in (again, dedup_windowed, windowed_dedup):

        def start(build=build):
            with ctx.script(lambda source: build(source("a", SCHEMA))) as script:
                script.start()
            return "started"

        yield f"{build.__name__}, several operators off", ctx.outcome(start)
