"""What do gaps that are expressions give, also null, zero and negative ones?"""

from pyspark.sql import functions as F

ROWS = [
    ("2024-01-01 00:00:00", "a", 5),
    ("2024-01-01 00:00:04", "a", 10),
    ("2024-01-01 00:00:13", "a", 1),
    ("2024-01-01 00:00:15", "a", 1),
    ("2024-01-01 00:00:00", "zero", 0),
    ("2024-01-01 00:00:01", "zero", 5),
    ("2024-01-01 00:00:00", "minus", -5),
    ("2024-01-01 00:00:01", "minus", 5),
    ("2024-01-01 00:00:00", "none", None),
    ("2024-01-01 00:00:01", "none", 5),
]


def run(spark, ctx):
    df = spark.createDataFrame(ROWS, "t STRING, k STRING, g INT").withColumn(
        "t", F.col("t").cast("timestamp")
    )

    def grouped(gap):
        def rows():
            counted = df.groupBy(F.session_window("t", gap), "k").agg(F.count("*").alias("n"))
            return sorted(str(row) for row in counted.collect())

        return ctx.outcome(rows)

    yield "make_interval", grouped(F.expr("make_interval(0, 0, 0, 0, 0, 0, g)"))
    yield "make_dt_interval", grouped(F.expr("make_dt_interval(0, 0, 0, g)"))
    yield "text", grouped(F.concat(F.col("g").cast("string"), F.lit(" seconds")))
    yield (
        "when",
        grouped(
            F.when(F.col("k") == "a", "5 seconds")
            .when(F.col("k") == "zero", "10 seconds")
            .otherwise("1 minute")
        ),
    )
    yield "when without otherwise", grouped(F.when(F.col("k") == "a", "5 seconds"))
    yield "an interval", grouped(F.expr("INTERVAL 5 SECONDS"))
    yield (
        "case of intervals",
        grouped(F.expr("CASE WHEN g > 5 THEN INTERVAL 10 SECONDS ELSE INTERVAL 1 SECOND END")),
    )
    yield "a number", grouped(F.col("g"))
    yield "an interval of months", grouped(F.expr("INTERVAL 1 MONTH"))
    yield "a text of months", grouped(F.lit("1 month"))
    yield "months for one key", grouped(F.when(F.col("k") == "a", "1 month").otherwise("5 seconds"))
    yield "a literal", grouped(F.lit("5 seconds"))
    yield (
        "texts, some null",
        grouped(
            F.expr(
                "CASE k WHEN 'a' THEN '5 seconds' WHEN 'zero' THEN '0 seconds' WHEN 'minus' THEN '-3 seconds' END"
            )
        ),
    )
    yield "texts, none good", grouped(F.concat(F.col("k"), F.lit(" seconds")))
