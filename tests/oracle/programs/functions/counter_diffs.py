"""What does counter_diff give over a window, and what is it refused?"""

OVER = "OVER (PARTITION BY k ORDER BY t)"

QUERIES = {
    "long": f"SELECT k, t, counter_diff(c) {OVER} AS d FROM v",
    "start": f"SELECT k, t, counter_diff(c, s) {OVER} AS d FROM v",
    "int": f"SELECT k, t, counter_diff(CAST(c AS INT)) {OVER} AS d FROM v",
    "double": f"SELECT k, t, counter_diff(CAST(c AS DOUBLE)) {OVER} AS d FROM v",
    "float": f"SELECT k, t, counter_diff(CAST(c AS FLOAT)) {OVER} AS d FROM v",
    "decimal": f"SELECT k, t, counter_diff(CAST(c AS DECIMAL(10, 2))) {OVER} AS d FROM v",
    "short": f"SELECT k, t, counter_diff(CAST(c AS SMALLINT)) {OVER} AS d FROM v",
    "string": f"SELECT counter_diff(CAST(c AS STRING)) {OVER} AS d FROM v",
    "boolean": f"SELECT counter_diff(c > 1) {OVER} AS d FROM v",
    "null": f"SELECT counter_diff(NULL) {OVER} AS d FROM v",
    "negative": f"SELECT counter_diff(c - 100) {OVER} AS d FROM v",
    "start back": f"SELECT counter_diff(c, b) {OVER} AS d FROM v",
    "start long": f"SELECT counter_diff(c, c) {OVER} AS d FROM v",
    "no order": "SELECT counter_diff(c) OVER (PARTITION BY k) AS d FROM v",
    "no window": "SELECT counter_diff(c) FROM v",
    "frame": "SELECT counter_diff(c) OVER (PARTITION BY k ORDER BY t ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS d FROM v",
    "none": f"SELECT counter_diff() {OVER} FROM v",
    "three": f"SELECT counter_diff(c, s, s) {OVER} FROM v",
    "name": f"SELECT counter_diff(c) {OVER} FROM v",
}


def run(spark, ctx):
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    spark.sql(
        "SELECT k, t, c, TIMESTAMP'2024-01-01 00:00:00' + make_interval(0, 0, 0, s) AS s, "
        "TIMESTAMP'2024-01-01 00:00:00' + make_interval(0, 0, 0, -t) AS b FROM VALUES "
        "('a', 1, 10L, 1), ('a', 2, 15L, 1), ('a', 3, 15L, 1), ('a', 4, 3L, 1), ('a', 5, 40L, 2), ('a', 6, NULL, 2), ('a', 7, 50L, NULL), "
        "('a', 8, 60L, 3), ('b', 1, 7L, 1), ('b', 2, NULL, 1), ('b', 3, 9L, 1) AS v(k, t, c, s)"
    ).coalesce(1).createOrReplaceTempView("v")
    for label, query in QUERIES.items():

        def answer(query=query):
            df = spark.sql(query)
            return [[f.name, f.dataType.simpleString(), f.nullable] for f in df.schema], sorted(
                ([*row] for row in df.collect()), key=repr
            )

        yield label, ctx.outcome(answer)
