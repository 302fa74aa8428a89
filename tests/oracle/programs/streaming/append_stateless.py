"""select and where over a stream in append mode, with columns computed from each row."""

from pyspark.sql import functions as F


def run(spark, ctx):
    for number in range(3):
        ctx.write_lines(
            f"in/{number}.json",
            [f'{{"n":{number * 10 + i},"t":{1469501107 + i * 3600}}}' for i in range(4)],
        )
    df = (
        spark.readStream.schema("n int, t timestamp")
        .option("maxFilesPerTrigger", 2)
        .json(ctx.path("in"))
    )
    chosen = df.where("n % 2 = 0").select("n", (df.n * 2).alias("twice"), F.hour("t").alias("hour"))
    yield "rows", ctx.run_query(chosen, "chosen")
    yield (
        "windows without groups",
        ctx.run_query(df.select("n", F.window("t", "1 hour").alias("w")), "windows"),
    )
    yield "with a view", ctx.run_query(view_of(spark, df), "viewed")
    yield "update mode", ctx.run_query(chosen, "updated", "update")
    yield "union of two", ctx.run_query(df.select("n").union(df.selectExpr("n + 100")), "both")


def view_of(spark, df):
    df.createOrReplaceTempView("stream_view")
    return spark.sql("SELECT n, upper('x') AS x FROM stream_view WHERE n > 15")
