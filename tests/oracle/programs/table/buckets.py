"""Buckets: which rows go to which file, what the files are called, what the catalog says; clusterBy."""

import re

UNSTEADY = ("Created Time", "Last Access", "Created By", "Location", "Owner", "Statistics")

STATEMENTS = [
    "CREATE TABLE bk_s (id INT, name STRING, k STRING) USING parquet PARTITIONED BY (k)"
    " CLUSTERED BY (id) SORTED BY (name DESC) INTO 4 BUCKETS",
    "CREATE TABLE bk_s (id INT, name STRING, k STRING) USING parquet PARTITIONED BY (k)"
    " CLUSTERED BY (id, name) SORTED BY (name, id ASC) INTO 4 BUCKETS",
    "DESCRIBE bk_s",
    "SHOW CREATE TABLE bk_s",
    "INSERT INTO bk_s SELECT cast(id as int), concat('n', id % 5), if(id < 8, 'a', 'b') FROM range(0, 16, 1, 1)",
    "SELECT * FROM bk_s ORDER BY ALL",
    "SELECT id FROM bk_s WHERE id = 3 AND name = 'n3'",
    "INSERT INTO bk_s VALUES (NULL, NULL, 'a'), (1, NULL, 'a')",
    "SELECT * FROM bk_s ORDER BY ALL",
    "CREATE TABLE bk_t (id INT) USING parquet CLUSTERED BY (nosuch) INTO 4 BUCKETS",
    "CREATE TABLE bk_t (id INT) USING parquet CLUSTERED BY (id) SORTED BY (nosuch) INTO 4 BUCKETS",
    "CREATE TABLE bk_t (id INT) USING parquet CLUSTERED BY (id) INTO 0 BUCKETS",
    "CREATE TABLE bk_t (id INT) USING parquet CLUSTERED BY (id) INTO 100001 BUCKETS",
    "CREATE TABLE bk_t (id INT, k INT) USING parquet PARTITIONED BY (k) CLUSTERED BY (k) INTO 2 BUCKETS",
    "CREATE TABLE bk_t (id INT, k INT) USING parquet PARTITIONED BY (k) CLUSTERED BY (id) SORTED BY (k) INTO 2 BUCKETS",
    "CREATE TABLE bk_t (id INT) USING parquet CLUSTERED BY (id, id) INTO 2 BUCKETS",
    "CREATE TABLE bk_t (id INT) USING parquet CLUSTERED BY (id) INTO x BUCKETS",
    "CREATE TABLE bk_t (id INT) USING parquet CLUSTERED BY (id)",
    "CREATE TABLE bk_t (id INT, m MAP<INT, INT>) USING parquet CLUSTERED BY (m) INTO 2 BUCKETS",
    "CREATE TABLE bk_t (id INT) USING parquet CLUSTERED BY (ID) INTO 2 BUCKETS",
    "SHOW CREATE TABLE bk_t",
    "DROP TABLE bk_t",
    "CREATE TABLE bk_c USING json CLUSTERED BY (id) INTO 3 BUCKETS AS SELECT id FROM range(0, 10, 1, 1)",
    "SELECT * FROM bk_c ORDER BY id",
    "INSERT OVERWRITE bk_c SELECT id FROM range(5, 8, 1, 1)",
    "SELECT * FROM bk_c ORDER BY id",
    "CREATE TABLE bk_l LIKE bk_c",
    "SHOW CREATE TABLE bk_l",
    "ALTER TABLE bk_c CLUSTER BY (id)",
    "CREATE TABLE bk_y (id INT, name STRING) USING parquet CLUSTER BY (id)",
    "DESCRIBE bk_y",
    "SHOW CREATE TABLE bk_y",
    "INSERT INTO bk_y VALUES (1, 'a')",
    "SELECT * FROM bk_y",
    "ALTER TABLE bk_y CLUSTER BY (name)",
    "ALTER TABLE bk_y CLUSTER BY NONE",
    "DESCRIBE bk_y",
    "CREATE TABLE bk_z (id INT, name STRING) USING parquet CLUSTER BY (nosuch)",
    "CREATE TABLE bk_z (id INT, name STRING) USING parquet PARTITIONED BY (name) CLUSTER BY (id)",
    "CREATE TABLE bk_z (id INT, name STRING) USING parquet CLUSTER BY (id) CLUSTERED BY (id) INTO 2 BUCKETS",
]

ROWS = """
    SELECT cast(id as int) AS i, id AS l, cast(id * 1.5 as double) AS d, concat('t', id) AS s,
           date_add(DATE'2020-01-01', cast(id as int)) AS day, id % 3 = 0 AS b, cast(id as decimal(10, 2)) AS n,
           timestamp_seconds(id * 1000) AS at, cast(id as byte) AS y, cast(concat('b', id) as binary) AS x,
           array(id, 1) AS a, named_struct('p', id, 'q', 'v') AS r, if(id % 4 = 0, null, id) AS z
    FROM range(0, 12, 1, 1)
"""


def buckets(folder, names):
    """The numbers of files' buckets."""
    return sorted(
        re.sub(r"^.*?((?:\w+=\w+/)?)part-(\d+)-.*?(_\d{5})?\.c(\d+)\..*$", r"\1\2\3.\4", n)
        for n in names
        if "part-" in n
    )


def described(spark, name):
    rows = spark.sql(f"DESCRIBE EXTENDED {name}").collect()
    return [tuple(row) for row in rows if row[0] not in UNSTEADY]


def attempt(ctx, call):
    return ctx.outcome(call)


def run(spark, ctx):
    names = ["bk_s", "bk_t", "bk_c", "bk_l", "bk_y", "bk_z", "bk_w", "bk_v"]
    try:
        for number, statement in enumerate(STATEMENTS):
            label = f"{number} {statement[:100]}"
            try:
                yield label, ctx.snapshot(spark.sql(statement), " ORDER BY " in statement)
            except Exception as error:
                yield label, ctx.failure(error)
        yield "described", described(spark, "bk_s")
        yield "described json", described(spark, "bk_c")
        yield "described clustered", described(spark, "bk_y")
        yield "columns", [tuple(c) for c in spark.catalog.listColumns("bk_s")]
        rows = spark.sql(ROWS)
        for column in rows.columns:
            folder = ctx.path(f"by_{column}")
            rows.select("l", column if column != "l" else "i").write.bucketBy(5, column).option(
                "path", folder
            ).saveAsTable("bk_w")
            dealt = (
                spark.read.parquet(folder).selectExpr("l", "_metadata.file_name f").collect()
                if column != "l"
                else (
                    spark.read.parquet(folder)
                    .selectExpr("cast(i as bigint) l", "_metadata.file_name f")
                    .collect()
                )
            )
            yield (
                f"by {column}",
                sorted((row.l, re.sub(r".*_(\d{5})\.c.*", r"\1", row.f)) for row in dealt),
            )
            yield f"files by {column}", buckets(folder, ctx.files(f"by_{column}"))
            spark.sql("DROP TABLE bk_w")
        folder = ctx.path("sorted")
        rows.write.bucketBy(2, "i", "s").sortBy("z", "i").option("path", folder).format(
            "json"
        ).saveAsTable("bk_w")
        yield "sorted", ctx.texts("sorted")
        yield "sorted described", described(spark, "bk_w")
        rows.write.mode("append").bucketBy(2, "i", "s").sortBy("z", "i").format("json").saveAsTable(
            "bk_w"
        )
        yield "appended", spark.table("bk_w").count()
        yield (
            "appended otherwise",
            attempt(
                ctx,
                lambda: (
                    rows.write.mode("append").bucketBy(3, "i").format("json").saveAsTable("bk_w")
                ),
            ),
        )
        yield (
            "appended without",
            attempt(ctx, lambda: rows.write.mode("append").format("json").saveAsTable("bk_w")),
        )
        rows.write.insertInto("bk_w")
        yield "inserted", spark.table("bk_w").count()
        yield (
            "joined",
            ctx.snapshot(
                spark.table("bk_w")
                .alias("a")
                .join(spark.table("bk_w").alias("b"), "i")
                .groupBy("i")
                .count()
            ),
        )
        folder = ctx.path("parted")
        rows.selectExpr("i", "l % 2 AS p", "s").repartition(3, "i").write.partitionBy("p").bucketBy(
            2, "i"
        ).option("path", folder).saveAsTable("bk_v")
        yield "partitioned", ctx.snapshot(spark.table("bk_v"))
        yield "partitioned files", len(ctx.files("parted")) > 2
        yield "save", attempt(ctx, lambda: rows.write.bucketBy(2, "i").save(ctx.path("no")))
        yield "parquet", attempt(ctx, lambda: rows.write.bucketBy(2, "i").parquet(ctx.path("no")))
        yield "insertInto", attempt(ctx, lambda: rows.write.bucketBy(2, "i").insertInto("bk_w"))
        yield "sort alone", attempt(ctx, lambda: rows.write.sortBy("i").saveAsTable("bk_n"))
        yield "sort alone, save", attempt(ctx, lambda: rows.write.sortBy("i").save(ctx.path("no")))
        yield "zero", attempt(ctx, lambda: rows.write.bucketBy(0, "i").saveAsTable("bk_n"))
        yield "unknown", attempt(ctx, lambda: rows.write.bucketBy(2, "nosuch").saveAsTable("bk_n"))
        yield (
            "unknown sort",
            attempt(ctx, lambda: rows.write.bucketBy(2, "i").sortBy("nosuch").saveAsTable("bk_n")),
        )
        yield (
            "of a partition",
            attempt(ctx, lambda: rows.write.partitionBy("i").bucketBy(2, "i").saveAsTable("bk_n")),
        )
        yield "no number", attempt(ctx, lambda: rows.write.bucketBy("2", "i"))
        yield "no name", attempt(ctx, lambda: rows.write.bucketBy(2, 3))
        yield "more and a list", attempt(ctx, lambda: rows.write.bucketBy(2, ["i"], "s"))
        yield (
            "list",
            attempt(ctx, lambda: rows.write.bucketBy(2, ["i", "s"]).sortBy(["i"]) is not None),
        )
        yield "sort no name", attempt(ctx, lambda: rows.write.sortBy(3))
        yield "sort list", attempt(ctx, lambda: rows.write.sortBy(["i"], "s"))
        yield "clusterBy", attempt(ctx, lambda: rows.write.clusterBy("i", "s").saveAsTable("bk_n"))
        try:
            yield "clusterBy rows", spark.table("bk_n").count()
            yield "clusterBy described", described(spark, "bk_n")
        except Exception as error:
            yield "clusterBy rows", ctx.failure(error)
        spark.sql("DROP TABLE IF EXISTS bk_n")
        yield (
            "clusterBy save",
            attempt(ctx, lambda: rows.write.clusterBy("i").save(ctx.path("clustered"))),
        )
        yield (
            "clusterBy unknown",
            attempt(ctx, lambda: rows.write.clusterBy("nosuch").saveAsTable("bk_n")),
        )
        yield (
            "clusterBy and partitionBy",
            attempt(ctx, lambda: rows.write.clusterBy("i").partitionBy("s").saveAsTable("bk_n")),
        )
        yield (
            "clusterBy and bucketBy",
            attempt(ctx, lambda: rows.write.clusterBy("i").bucketBy(2, "s").saveAsTable("bk_n")),
        )
        yield (
            "clusterBy insertInto",
            attempt(ctx, lambda: rows.write.clusterBy("i").insertInto("bk_w")),
        )
        yield "clusterBy none", attempt(ctx, lambda: rows.write.clusterBy())
        stream = spark.readStream.format("rate").load()
        yield (
            "stream clusterBy",
            attempt(
                ctx,
                lambda: (
                    stream.writeStream.clusterBy("value")
                    .format("parquet")
                    .option("checkpointLocation", ctx.path("c1"))
                    .start(ctx.path("o1"))
                    .stop()
                ),
            ),
        )
        yield (
            "stream clusterBy unknown",
            attempt(
                ctx,
                lambda: (
                    stream.writeStream.clusterBy("nosuch")
                    .format("parquet")
                    .option("checkpointLocation", ctx.path("c2"))
                    .start(ctx.path("o2"))
                    .stop()
                ),
            ),
        )
        yield (
            "stream clusterBy and partitionBy",
            attempt(
                ctx,
                lambda: (
                    stream.writeStream.clusterBy("value")
                    .partitionBy("timestamp")
                    .format("memory")
                    .queryName("bk_q")
                    .start()
                    .stop()
                ),
            ),
        )
        yield (
            "stream clusterBy table",
            attempt(
                ctx,
                lambda: (
                    stream.writeStream.clusterBy("value")
                    .option("checkpointLocation", ctx.path("c3"))
                    .toTable("bk_st")
                    .stop()
                ),
            ),
        )
        try:
            yield "stream clusterBy described", described(spark, "bk_st")
        except Exception as error:
            yield "stream clusterBy described", ctx.failure(error)
    finally:
        for name in [*names, "bk_n", "bk_st"]:
            spark.sql(f"DROP TABLE IF EXISTS {name}")
