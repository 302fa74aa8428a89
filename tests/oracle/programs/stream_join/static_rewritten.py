"""What does a join with a table give whose file is written anew between batches?"""

from pyspark.sql import functions as F

LEFT = "lt TIMESTAMP, lk STRING, lv INT"


def clock(second):
    return f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"


def left(second, k, v=1):
    return {"lt": clock(second), "lk": k, "lv": v}


def run(spark, ctx):
    folder = ctx.path("names")
    spark.createDataFrame([("a", "first")], "rk STRING, name STRING").coalesce(1).write.parquet(
        folder
    )
    names = spark.read.parquet(folder)
    with ctx.script(lambda source: source("l", LEFT).join(names, F.expr("lk = rk"))) as script:
        yield "before", [batch["rows"] for batch in script.step(l=[left(1, "a")])]
        spark.createDataFrame([("a", "second")], "rk STRING, name STRING").coalesce(1).write.mode(
            "append"
        ).parquet(folder)
        yield "appended", [batch["rows"] for batch in script.step(l=[left(2, "a")])]
        yield "a batch query of the same frame", len(names.collect())
        yield "read again", len(spark.read.parquet(folder).collect())
