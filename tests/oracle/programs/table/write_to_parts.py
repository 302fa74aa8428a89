"""df.writeTo(…): properties, and buckets, parts of times and clusters as partitions."""

from pyspark.sql import functions as F
from pyspark.sql.functions import partitioning as P


def run(spark, ctx):
    df = spark.sql(
        "SELECT * FROM VALUES (1, 'a', DATE'2024-01-02'), (2, 'b', DATE'2024-02-03'), "
        "(3, 'c', DATE'2025-01-01') AS t(id, k, d)"
    )
    made = df.select("*", F.to_timestamp("d").alias("t"))
    writers = {
        "properties": lambda w: w.tableProperty("owner_of", "me").tableProperty("n", "1"),
        "property twice": lambda w: w.tableProperty("n", "1").tableProperty("n", "2"),
        "bucket": lambda w: w.partitionedBy(P.bucket(2, "id")),
        "bucket and column": lambda w: w.partitionedBy(P.bucket(2, "id"), F.col("k")),
        "two buckets": lambda w: w.partitionedBy(P.bucket(2, "id"), P.bucket(3, "k")),
        "bucket of nothing": lambda w: w.partitionedBy(P.bucket(0, "id")),
        "bucket of no column": lambda w: w.partitionedBy(P.bucket(2, "nope")),
        "bucket by Column": lambda w: w.partitionedBy(P.bucket(F.lit(2), F.col("id"))),
        "years": lambda w: w.partitionedBy(P.years("d")),
        "months": lambda w: w.partitionedBy(P.months("t")),
        "days": lambda w: w.partitionedBy(P.days("d")),
        "hours": lambda w: w.partitionedBy(P.hours("t")),
        "years and column": lambda w: w.partitionedBy(F.col("k"), P.years("d")),
        "expression": lambda w: w.partitionedBy(F.col("id") + 1),
        "other function": lambda w: w.partitionedBy(F.upper("k")),
        "no column": lambda w: w.partitionedBy(F.col("nope")),
        "all columns": lambda w: w.partitionedBy(F.col("id"), F.col("k"), F.col("d"), F.col("t")),
        "clusterBy": lambda w: w.clusterBy("id", "k"),
        "clusterBy no column": lambda w: w.clusterBy("nope"),
        "clusterBy and partitions": lambda w: w.clusterBy("id").partitionedBy(F.col("k")),
        "partitions twice": lambda w: w.partitionedBy(F.col("k")).partitionedBy(F.col("id")),
    }
    for label, told in writers.items():
        spark.sql("DROP TABLE IF EXISTS wp_t")
        yield (
            label,
            ctx.outcome(lambda told=told: told(made.writeTo("wp_t").using("json")).create()),
        )
        if not spark.catalog.tableExists("wp_t"):
            continue
        yield f"{label}: rows", ctx.snapshot(spark.table("wp_t"))
        shown = spark.sql("SHOW CREATE TABLE wp_t").collect()[0][0]
        yield f"{label}: made by", ctx.normalise(shown)
        said = spark.sql("SHOW TBLPROPERTIES wp_t").collect()
        yield f"{label}: properties", sorted(tuple(row) for row in said)
    spark.sql("DROP TABLE IF EXISTS wp_t")
    for text in [
        "CREATE TABLE wp_s (id INT, k STRING) USING json PARTITIONED BY (bucket(2, id))",
        "CREATE TABLE wp_s (id INT, d DATE) USING json PARTITIONED BY (years(d))",
        "CREATE TABLE wp_s (id INT, d DATE) USING json PARTITIONED BY (id, days(d))",
        "CREATE TABLE wp_s (id INT, d DATE) USING json PARTITIONED BY (upper(d))",
        "CREATE TABLE wp_s USING json PARTITIONED BY (bucket(2, id)) AS SELECT 1 AS id, 'a' AS k",
        "CREATE TABLE wp_s USING json PARTITIONED BY (hours(t)) AS SELECT 1 AS id, now() AS t",
    ]:
        spark.sql("DROP TABLE IF EXISTS wp_s")
        yield text, ctx.statement(text)
        if spark.catalog.tableExists("wp_s"):
            shown = spark.sql("SHOW CREATE TABLE wp_s").collect()[0][0]
            yield f"{text}: made by", ctx.normalise(shown)
    spark.sql("DROP TABLE IF EXISTS wp_s")
