"""What does counter_diff make of nulls beside starts, of NaN, of both errors at once, and of names?"""

OVER = "OVER (ORDER BY t)"
ROWS = {
    "null with a later start": [(1, 10, 1), (2, None, 2), (3, 15, 2), (4, 20, 2)],
    "null with an earlier start": [(1, 10, 5), (2, None, 2), (3, 15, 5)],
    "null start between": [(1, 10, 1), (2, 12, None), (3, 15, 2), (4, 16, 1)],
    "negative and back": [(1, 10, 5), (2, -1, 2)],
    "negative first": [(1, -1, 5)],
    "decrease and back": [(1, 10, 5), (2, 5, 4)],
    "nothing": [],
    "null first": [(1, None, 1), (2, None, 1), (3, 4, 1), (4, 4, 1)],
}


def run(spark, ctx):
    spark.conf.set("spark.sql.session.timeZone", "UTC")

    def rows(query):
        return [[*row] for row in spark.sql(query).collect()]

    for label, given in ROWS.items():
        spark.createDataFrame(given, "t int, c long, n int").selectExpr(
            "t", "c", "TIMESTAMP'2024-01-01 00:00:00' + make_interval(0, 0, 0, n) AS s"
        ).coalesce(1).createOrReplaceTempView("v")
        yield label, ctx.outcome(lambda: rows(f"SELECT t, counter_diff(c, s) {OVER} AS d FROM v"))
        yield (
            f"{label}: ntz",
            ctx.outcome(
                lambda: rows(
                    f"SELECT t, counter_diff(c, CAST(s AS TIMESTAMP_NTZ)) {OVER} AS d FROM v"
                )
            ),
        )
    spark.sql(
        "SELECT * FROM VALUES (1, 1.5D), (2, double('NaN')), (3, 7D), (4, double('inf')), "
        "(5, double('inf')), (6, 0D), (7, -0.0D) AS v(t, c)"
    ).createOrReplaceTempView("v")
    yield (
        "reals",
        ctx.outcome(
            lambda: [repr(r) for r in rows(f"SELECT t, counter_diff(c) {OVER} AS d FROM v")]
        ),
    )
    yield "named", ctx.outcome(lambda: rows(f"SELECT counter_diff(value => t) {OVER} AS d FROM v"))
    yield (
        "named start",
        ctx.outcome(lambda: rows(f"SELECT counter_diff(t, startTime => NULL) {OVER} AS d FROM v")),
    )
    yield (
        "date",
        ctx.outcome(lambda: rows(f"SELECT counter_diff(t, DATE'2024-01-01') {OVER} AS d FROM v")),
    )
    yield (
        "descending",
        ctx.outcome(lambda: rows("SELECT t, counter_diff(t) OVER (ORDER BY t DESC) AS d FROM v")),
    )
    from pyspark.sql import Window
    from pyspark.sql import functions as sf

    w = Window.orderBy("t")
    df = spark.range(3).select(sf.col("id").alias("t"), (sf.col("id") * 3).alias("c"))
    yield "python", df.select("t", sf.counter_diff("c").over(w).alias("d"))
    yield "in an expression", df.select("t", (sf.counter_diff("c").over(w) + 1).alias("d"))
    yield (
        "framed as needed",
        spark.sql(
            "SELECT id, counter_diff(id) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND "
            "CURRENT ROW) AS d FROM range(3)"
        ),
    )
