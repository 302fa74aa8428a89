"""How many batches must a checkpoint keep, and when is another number refused?"""

SCHEMA = "k STRING, v INT"
KEY = "spark.sql.streaming.minBatchesToRetain"


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def count(source):
        return source("a", SCHEMA).groupBy("k").count()

    def rows(source):
        return source("a", SCHEMA)

    for value in ("0", "-1", "1"):
        for build in (rows, count) if value == "1" else (rows,):

            def attempt(build=build, value=value):
                spark.conf.set(KEY, value)
                with ctx.script(build, "update") as script:
                    script.step(a=[{"k": "a", "v": 1}])
                    return [batch["rows"] for batch in script.step(a=[{"k": "a", "v": 2}])]

            yield f"{value}, {build.__name__}", ctx.outcome(attempt)
    spark.conf.unset(KEY)
