"""To the last digit: how is a percentile between two values computed?"""

from pyspark.sql import functions as F

FRACTIONS = [0.1, 0.2, 0.3, 0.33, 0.7, 0.77, 0.9]
ROWS = [[7.0, 2.5, 0.5, -1.0], [0.1, 0.7, 0.3], [1e16, 1.0, 3.3, 0.07, -2.2e-3]]


def run(spark, ctx):
    for number, values in enumerate(ROWS):
        df = spark.createDataFrame([(v,) for v in values], "v double").coalesce(1)
        yield f"percentile {number}", df.select(F.percentile("v", FRACTIONS))
        for order in ("", " DESC"):
            calls = [
                F.expr(f"percentile_cont({p}) WITHIN GROUP (ORDER BY v{order})") for p in FRACTIONS
            ]
            yield f"cont {number}{order}", df.select(calls)
        yield f"median {number}", df.select(F.median("v"))
