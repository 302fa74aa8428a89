"""What intervals are made of numbers, what of nulls and of overflow?"""

CALLS = [
    "CAST(make_interval() AS STRING)",
    "CAST(make_interval(1) AS STRING)",
    "CAST(make_interval(1, 2) AS STRING)",
    "CAST(make_interval(100, 11, 1, 1, 12, 30, 01.001001) AS STRING)",
    "CAST(make_interval(0, 1, 0, 1, 0, 0, 100.000001) AS STRING)",
    "CAST(make_interval(-1, -2, -3, -4, -5, -6, -7.5) AS STRING)",
    "CAST(make_interval(100, null, 3) AS STRING)",
    "CAST(make_interval(0, 0, 0, 0, 0, 0, '1.5') AS STRING)",
    "CAST(make_interval('2') AS STRING)",
    "CAST(make_interval(2147483647) AS STRING)",
    "CAST(try_make_interval(2147483647) AS STRING)",
    "CAST(try_make_interval(1, 2, 3, 4, 5, 6, 7.123456) AS STRING)",
    "CAST(make_interval(0, 0, 2147483647) AS STRING)",
    "CAST(make_interval(0, 0, 0, 0, 2147483647, 2147483647, 999999999999.999999) AS STRING)",
    "make_interval(1L)",
    "make_interval(1.5)",
    "make_interval(true)",
    "make_interval(0, 0, 0, 0, 0, 0, 1.23456789)",
    "make_interval(1, 2, 3, 4, 5, 6, 7, 8)",
    "CAST(make_interval(0, 0, 0, 0, 0, 0, 1.5D) AS STRING)",
    "make_interval(x)",
    "CAST(make_interval(0, 0, 0, v) AS STRING)",
    "DATE '2024-01-31' + make_interval(0, 1)",
    "TIMESTAMP '2024-01-31 00:00:00' + make_interval(0, 1, 0, 0, 0, 0, 1.5)",
    "make_dt_interval()",
    "make_dt_interval(1)",
    "make_dt_interval(1, 12, 30, 01.001001)",
    "make_dt_interval(100, null, 3)",
    "make_dt_interval(-1, -2, -3, -4.5)",
    "make_dt_interval(0, 0, 0, v)",
    "make_dt_interval(2147483647)",
    "make_dt_interval(0, 0, 0, '2.25')",
    "make_dt_interval('1')",
    "make_dt_interval(1, 2, 3, 4, 5)",
    "make_dt_interval(true)",
    "CAST(make_ym_interval() AS STRING)",
    "CAST(make_ym_interval(1) AS STRING)",
    "CAST(make_ym_interval(1, 2) AS STRING)",
    "CAST(make_ym_interval(-1, 1) AS STRING)",
    "CAST(make_ym_interval(0, v) AS STRING)",
    "CAST(make_ym_interval(null, 1) AS STRING)",
    "CAST(make_ym_interval(178956970, 8) AS STRING)",
    "CAST(make_ym_interval(178956970, 7) AS STRING)",
    "make_ym_interval(1, 2, 3)",
    "make_ym_interval('x')",
    "typeof(make_ym_interval(1))",
    "typeof(make_dt_interval(1))",
    "typeof(make_interval(1))",
]
TOO_FAR = [
    "make_dt_interval(2147483647)",
    "CAST(make_ym_interval(178956970, 8) AS STRING)",
    "CAST(make_interval('x') AS STRING)",
]


def run(spark, ctx):
    spark.sql("SELECT * FROM VALUES (3, 'x') AS t(v, x)").createOrReplaceTempView("t")

    yield from ctx.cells(CALLS, "FROM t")
    spark.conf.set("spark.sql.ansi.enabled", "false")
    calls = [*CALLS[7:18], *TOO_FAR]
    for call, found in ctx.cells(calls, "FROM t"):
        yield f"without ANSI: {call}", found
