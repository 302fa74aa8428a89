"""Times of day: how they are written, cast, compared and shown."""


def run(spark, ctx):
    spark.conf.set("spark.sql.timeType.enabled", "true")
    yield from ctx.expressions(
        [
            "TIME '12:34:56.123456'",
            "TIME '00:00'",
            "time'1:2:3'",
            "TIME '12:34:56.1234567'",
            "TIME '12:34:56.123456789'",
            "TIME '23:59:59.999999'",
            "time '12:34 PM'",
            "time'12:34:56 am'",
            "time '1:00PM'",
            "time 'T12:34'",
            "typeof(time'12:00:00')",
            "CAST('12:34:56.789456' AS time(3))",
            "CAST('12:34:56.789456' AS time(0))",
            "CAST('12:34:56.1' AS time(7))",
            "CAST(' 12:34 ' AS time)",
            "CAST(NULL AS time)",
            "TRY_CAST('xx' AS time)",
            "TRY_CAST('12' AS time)",
            "TRY_CAST('24:00' AS time)",
            "TRY_CAST('12:60' AS time)",
            "TRY_CAST('13:00 PM' AS time)",
            "TRY_CAST('0:30 PM' AS time)",
            "TRY_CAST('12:00:00Z' AS time)",
            "TRY_CAST('2020-01-01 12:00:00' AS time)",
            "TRY_CAST('12:34:56.' AS time)",
            "TRY_CAST('12:34:56.1234567891' AS time(9))",
            "TRY_CAST('' AS time)",
            "CAST(time'12:34:56.1200' AS string)",
            "CAST(time'12:34:00' AS string)",
            "CAST(time'12:34:56.9' AS int)",
            "CAST(time'12:34:56.9' AS bigint)",
            "CAST(time'12:34:56.9' AS decimal(10,3))",
            "CAST(time'12:34:56.9' AS decimal(10,0))",
            "CAST(time'00:01:00' AS tinyint)",
            "TRY_CAST(time'12:34:56.9' AS tinyint)",
            "CAST(time'12:34:56.987' AS time(1))",
            "CAST(timestamp'2020-01-01 12:34:56.5' AS time)",
            "CAST(timestamp_ntz'2020-01-01 12:34:56.123456' AS time(2))",
            "CAST(timestamp_ntz'1960-01-01 12:34:56.123456' AS time)",
            "time'12:00:00' = time'12:00:00'",
            "time'12:00:00' < time'13:00:00'",
            "CAST('12:00' AS time(3)) = time'12:00:00'",
            "time'12:00:00' = '12:00:00'",
            "time'12:00:00' BETWEEN time'11:00' AND time'13:00'",
            "time'12:00:00' IN (time'11:00', time'12:00')",
            "coalesce(CAST('12:00' AS time(3)), time'01:00:00.123456')",
            "array(time'12:00:00', CAST('1:00' AS time(2)))",
            "map('a', time'12:00:00')",
            "concat(time'12:00:00', 'x')",
            "hash(time'12:34:56.5')",
            "xxhash64(time'12:34:56.5')",
            "to_json(struct(time'12:34:56.5' t))",
            "from_json('{\"t\":\"12:34:56.5\"}', 't time')",
            "from_json('{\"t\":\"x\"}', 't time')",
            "from_json('{\"t\":5}', 't time')",
            "to_csv(struct(time'12:34:56.5' t))",
            "from_csv('12:34:56.5', 't time')",
            "greatest(time'12:00', time'13:00')",
            "time('12:34:56')",
        ]
    )
    for text in (
        "TIME '25:00:00'",
        "TIME 'x'",
        "CAST('xx' AS time)",
        "CAST('1:00' AS time(10))",
        "CAST(time'12:34:56.9' AS double)",
        "CAST(time'12:34:56.9' AS date)",
        "CAST(time'12:34:56.9' AS boolean)",
        "CAST(time'12:34:56.9' AS tinyint)",
        "CAST(time'12:34:56.9' AS decimal(3,1))",
        "CAST(1 AS time)",
        "CAST(date'2020-01-01' AS time)",
        "time'12:00:00' = 1",
        "coalesce(time'12:00:00', 1)",
    ):
        yield text, ctx.error(lambda text=text: spark.sql(f"SELECT {text}").collect())
    spark.sql(
        "SELECT * FROM VALUES (1, time'12:00:00'), (2, time'01:00:00.5'), (3, NULL), (4, time'12:00:00') AS t(id, t)"
    ).createOrReplaceTempView("t")
    yield "shown", ctx.shown(spark.table("t"), truncate=False)
    yield "tree", ctx.printed(lambda: spark.table("t").printSchema())
    yield "ordered", ctx.ordered(spark.sql("SELECT t FROM t ORDER BY t DESC, id"))
    yield "grouped", spark.sql("SELECT t, count(*) AS c FROM t GROUP BY t")
    yield (
        "aggregated",
        spark.sql("SELECT min(t), max(t), count(DISTINCT t), first(t), max_by(id, t) FROM t"),
    )
    yield "distinct", spark.sql("SELECT DISTINCT t FROM t")
    yield "joined", spark.sql("SELECT a.id, b.id AS other FROM t a JOIN t b ON a.t = b.t")
    yield "average", ctx.error(lambda: spark.sql("SELECT avg(t) FROM t"))
