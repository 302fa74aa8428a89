"""The exercise of the UOC up to its two queries at once, on the data of the course."""

from pyspark.sql.functions import avg, window

SCHEMA = "time timestamp, action string"


def run(spark, ctx):
    path = ctx.events
    static = spark.read.schema(SCHEMA).json(path)
    static.createOrReplaceTempView("static_input")
    minutes = static.groupBy(static.action, window(static.time, "1 minute")).count()
    minutes.cache()
    minutes.createOrReplaceTempView("static_counts")
    hours = static.groupBy(static.action, window(static.time, "1 hour")).count()
    hours.createOrReplaceTempView("static_counts_hourly")
    yield "max", spark.sql("select max(count) from static_counts_hourly").rdd.flatMap(list).first()
    yield "min", spark.sql("select min(count) from static_counts_hourly").rdd.flatMap(list).first()
    yield (
        "totals",
        spark.sql(
            "select action, sum(count) as total_count from static_counts_hourly group by action"
        ),
    )
    by_minute = spark.sql("select action, count from static_counts order by window, action")
    yield "minutes", by_minute.count()
    yield "first minutes", by_minute.take(3)
    yield "minutes shown", ctx.shown(by_minute)
    average = minutes.groupBy(minutes.window).agg(avg("count").alias("average"))
    hourly = average.groupBy(window(average.window.start, "1 hour")).agg(
        avg("average").alias("average")
    )
    hourly.createOrReplaceTempView("static_mean")
    yield "averages", ctx.close(hourly.orderBy("window"), ordered=True)
    yield "hours", hourly.count()
    busiest = "select * from (select row_number() over (ORDER BY average DESC) as rownum, window, average from static_mean) as foo where rownum <= 1"
    yield "busiest", ctx.close(spark.sql(busiest))
    yield from streams(spark, ctx, path)


def streams(spark, ctx, path):
    stream = spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 5).json(path)
    counts = stream.groupBy(stream.action, window(stream.time, "1 minute")).count()
    with (
        ctx.running(counts, "counts", "complete") as one,
        ctx.running(counts, "counts2", "complete") as two,
    ):
        one.processAllAvailable()
        two.processAllAvailable()
        yield "both tables", [spark.table("counts").count(), spark.table("counts2").count()]
        spark.conf.set("spark.sql.legacy.parser.havingWithoutGroupByAsWhere", "true")
        yield (
            "alarms",
            ctx.snapshot(
                spark.sql(
                    "select sc.action as action1, sc.window, sc.count as countAction1, sc2.action as action2, sc2.count as countAction2 from counts sc "
                    "inner join counts2 sc2 on sc.window = sc2.window and sc.action <> sc2.action where sc.window.start > '1970-01-01 00:00:00.000+0000' "
                    "having (sc.count - sc2.count) > 20 or (sc2.count - sc.count) > 20 order by window desc"
                )
            ),
        )
        moving = (
            "select *, avg(count) OVER (PARTITION BY action ORDER BY window.start desc range between interval 30 minutes preceding and current row) "
            "as MovingAvg from counts"
        )
        spark.sql(moving).createOrReplaceTempView("moving")
        yield (
            "moving average",
            spark.sql(
                "select count(*) as n, round(sum(MovingAvg), 6) as s, round(max(MovingAvg), 6) as m from moving"
            ),
        )
        yield (
            "variance",
            ctx.close(
                spark.sql(
                    "select variance(count) as varianza from (select * from counts order by window desc) as ordered"
                )
            ),
        )
