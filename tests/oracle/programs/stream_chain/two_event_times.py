"""Does a stateful operator after a join take rows with the event times of both sides?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    ctx.write_lines("l/1.json", ['{"lt":"2024-01-01T00:00:01Z","lk":"a"}'])
    ctx.write_lines("r/1.json", ['{"rt":"2024-01-01T00:00:02Z","rk":"a"}'])
    lefts = spark.readStream.schema("lt TIMESTAMP, lk STRING").json(ctx.path("l"))
    rights = spark.readStream.schema("rt TIMESTAMP, rk STRING").json(ctx.path("r"))
    near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS")
    both = lefts.withWatermark("lt", "5 seconds").join(
        rights.withWatermark("rt", "5 seconds"), near
    )
    followers = {
        "dropDuplicates": both.dropDuplicates(["lk"]),
        "within watermark": both.dropDuplicatesWithinWatermark(["lk"]),
        "window": both.groupBy(F.window("lt", "10 seconds")).count(),
        "both times as keys": both.groupBy("lt", "rt").count(),
        "one time left": both.drop("rt").dropDuplicates(["lk"]),
    }
    for number, (name, df) in enumerate(followers.items()):

        def read(df=df, number=number):
            with ctx.running(df, f"out{number}") as query:
                query.processAllAvailable()
            return len(spark.table(f"out{number}").collect())

        yield name, ctx.outcome(read)
