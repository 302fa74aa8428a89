"""How do PARTITION clauses and INSERT OVERWRITE treat the partitions of a table?"""


def run(spark, ctx):
    def rows():
        return ctx.snapshot(spark.table("ip_one"))

    try:
        spark.sql("CREATE TABLE ip_one (v INT, k STRING, n INT) USING json PARTITIONED BY (k, n)")
        spark.sql("INSERT INTO ip_one PARTITION (k = 'a', n = 1) VALUES (10)")
        yield "static", rows()
        spark.sql("INSERT INTO ip_one PARTITION (k = 'b', n) VALUES (20, 2), (30, 3)")
        yield "partly static", rows()
        spark.sql("INSERT INTO ip_one PARTITION (k, n) SELECT 40, 'c', 4")
        yield "dynamic", rows()
        yield (
            "too few",
            ctx.error(lambda: spark.sql("INSERT INTO ip_one PARTITION (k = 'a') VALUES (1)")),
        )
        yield (
            "unknown column",
            ctx.error(lambda: spark.sql("INSERT INTO ip_one PARTITION (z = 'a') VALUES (1, 2)")),
        )
        spark.sql("INSERT OVERWRITE ip_one PARTITION (k = 'b', n = 2) VALUES (21)")
        yield "overwrite static", rows()
        spark.sql("INSERT OVERWRITE ip_one PARTITION (k = 'b', n) VALUES (99, 9)")
        yield "overwrite partly static", rows()
        spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
        spark.sql("INSERT OVERWRITE ip_one VALUES (41, 'c', 4), (50, 'd', 5)")
        yield "overwrite dynamic", rows()
        df = spark.createDataFrame([(11, "a", 1)], "v INT, k STRING, n INT")
        df.write.insertInto("ip_one", overwrite=True)
        yield "insertInto dynamic", rows()
        spark.conf.unset("spark.sql.sources.partitionOverwriteMode")
        df.write.mode("overwrite").insertInto("ip_one")
        yield "insertInto overwrite", rows()
    finally:
        spark.sql("DROP TABLE IF EXISTS ip_one")
