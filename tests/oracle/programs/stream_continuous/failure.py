"""How does an error in the rows of a continuous query show?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    rate = spark.readStream.format("rate").option("rowsPerSecond", 50)
    rate = rate.option("numPartitions", 1).load()
    bad = rate.select((F.lit(1) / (F.col("value") - 5)).alias("x"))
    query = bad.writeStream.format("noop").queryName("bad").trigger(continuous="1 second").start()
    try:
        query.awaitTermination(60)
    except Exception as error:
        # Its message has the place of the division, which is a path.
        yield "awaitTermination", [type(error).__name__, error.getCondition()]
    yield "isActive", query.isActive
    yield "condition", query.exception().getCondition()
    yield "status", query.status["message"].split(". ")[0]
    yield "in the list", [q.name for q in spark.streams.active]
    yield "progress", query.lastProgress
