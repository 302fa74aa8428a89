"""Inverse hyperbolic functions, digits of exp and its kin, bits, buckets, rounding to a scale."""

POINTS = ["-10.5D", "-3.7D", "-2D", "-1D", "-0.5D", "-0.1D", "-1e-10D", "-0.0D", "0D", "1e-10D", "1e-5D", "0.1D", "0.3D", "0.5D", "0.75D", "0.9D", "1D", "1.1D", "1.5D", "2D", "2.5D", "3D", "4D", "5.25D", "7D", "10D", "12.5D", "20D", "21.9D", "22.1D", "33.3D", "100D", "300.7D", "709.5D", "710D", "745D", "1e10D", "1e300D", "double('NaN')", "double('Infinity')", "double('-Infinity')"]

FUNCTIONS = ["exp", "expm1", "sinh", "cosh", "tanh", "log2", "ln", "log10", "log1p", "asinh", "acosh", "atanh", "sin", "cos", "tan", "asin", "acos", "atan", "cbrt", "cot", "sec", "csc", "sqrt", "degrees", "radians"]

EXPRESSIONS = [
    "pow(2.5D, 3.5D)",
    "pow(1.1D, 10)",
    "pow(10, -2)",
    "pow(0.3D, 0.7D)",
    "power(2, 0.5)",
    "atan2(1, 2)",
    "atan2(-0.3D, -0.7D)",
    "hypot(3, 4)",
    "hypot(1.1D, 2.2D)",
    "log(3, 10)",
    "log(2.5D, 7.5D)",
    "log(10)",
    "e()",
    "pi()",
    "acosh(0.5D)",
    "atanh(2)",
    "acosh(null)",
    "asinh('1')",
    "bit_get(11, 0)",
    "bit_get(11, 2)",
    "getbit(11, 3)",
    "getbit(-1, 31)",
    "getbit(5L, 40)",
    "getbit(CAST(5 AS tinyint), 7)",
    "getbit(null, 1)",
    "getbit(1, null)",
    "bit_get(-8L, 63)",
    "width_bucket(5.3, 0.2, 10.6, 5)",
    "width_bucket(-2.1, 1.3, 3.4, 3)",
    "width_bucket(8.1, 0.0, 5.7, 4)",
    "width_bucket(-0.9, 5.2, 0.5, 2)",
    "width_bucket(5.2, 5.2, 0.5, 2)",
    "width_bucket(1, 1, 1, 2)",
    "width_bucket(1, 0, 2, 0)",
    "width_bucket(1, 0, 2, -1)",
    "width_bucket(1, 0, 2, 9223372036854775807)",
    "width_bucket(null, 0, 2, 2)",
    "width_bucket(double('NaN'), 0, 2, 2)",
    "width_bucket(1, 0, double('Infinity'), 2)",
    "width_bucket(INTERVAL '0' YEAR, INTERVAL '0' YEAR, INTERVAL '10' YEAR, 10)",
    "width_bucket(INTERVAL '1' DAY, INTERVAL '0' DAY, INTERVAL '10' DAY, 11)",
    "width_bucket(INTERVAL '-1' DAY, INTERVAL '0' DAY, INTERVAL '10' DAY, 11)",
    "width_bucket(2.0, 0, 10, 5)",
    "ceil(3.1411, 3)",
    "ceil(-12.345, 1)",
    "ceil(12345, -2)",
    "ceil(2.345D, 2)",
    "ceil(CAST(2.5 AS float), 0)",
    "ceiling(3.1411, 3)",
    "floor(3.1411, 3)",
    "floor(-12.345, 1)",
    "floor(12345, -2)",
    "floor(2.345D, 2)",
    "floor(2.345D, -1)",
    "ceil(99.9, 0)",
    "ceil(null, 1)",
    "ceil(1.5, null)",
    "floor(CAST(9223372036854775807 AS bigint), -1)",
    "ceil('1.25', 1)",
    "ceil(1e20D, 2)",
    "convert_timezone('Europe/Brussels', 'America/Los_Angeles', timestamp_ntz'2021-12-06 00:00:00')",
    "convert_timezone('Europe/Brussels', timestamp_ntz'2021-12-05 15:00:00')",
    "convert_timezone('UTC', '+05:30', timestamp_ntz'2021-12-05 15:00:00')",
    "convert_timezone('UTC', 'Asia/Tokyo', '2021-12-05 15:00:00')",
    "convert_timezone(null, 'UTC', timestamp_ntz'2021-12-05 15:00:00')",
    "convert_timezone('UTC', 'Asia/Tokyo', DATE'2021-12-05')",
    "hash(1, 'a')",
    "xxhash64(1, 'a')",
    "try_make_timestamp(2014, 12, 28, 6, 30, 45.887, 'CET')",
    "try_make_timestamp(2014, 13, 28, 6, 30, 45.887, 'CET')",
    "try_make_timestamp(2014, 12, 28, 6, 30, 45.887)",
    "make_timestamp(2014, 12, 28, 6, 30, 45.887, 'CET')",
]

ERRORS = [
    "bit_get(1, 32)",
    "bit_get(1, -1)",
    "bit_get(1.5, 0)",
    "bit_get('1', 0)",
    "getbit(1)",
    "getbit(1, 'a')",
    "width_bucket(1, 2, 3)",
    "width_bucket('a', 0, 1, 2)",
    "width_bucket(1, 0, 2, 'x')",
    "width_bucket(INTERVAL '1' DAY, 0, 2, 2)",
    "width_bucket(INTERVAL '1' DAY, INTERVAL '1' YEAR, INTERVAL '2' YEAR, 2)",
    "acosh('x')",
    "asinh(true)",
    "ceil(1.5, 'a')",
    "ceil(1.5, 1, 2)",
    "floor(1.5, 2L)",
    "floor(true, 1)",
    "ceil(12345678901234567890, -2)",
    "convert_timezone('nope', 'UTC', timestamp_ntz'2021-12-05 15:00:00')",
    "convert_timezone('UTC', 1)",
    "convert_timezone('UTC')",
    "convert_timezone('UTC', 'UTC', 'x')",
]


def run(spark, ctx):
    for function in FUNCTIONS:
        texts = ", ".join(f"{function}({p})" for p in POINTS)
        yield function, ctx.outcome(lambda t=texts: list(spark.sql(f"SELECT array({t}) AS v").first()[0]))
    yield from ctx.expressions(EXPRESSIONS)
    yield from ctx.expressions(ERRORS)
    spark.sql("SELECT * FROM VALUES (1, 'a', 2.345BD, 1), (2, null, null, 2), (3, 'c', -7.5BD, 3) AS t(id, s, d, k)").createOrReplaceTempView("t")
    yield "hash of a star", spark.sql("SELECT hash(*), xxhash64(*), hash(t.*) FROM t")
    yield "scale of a column", ctx.outcome(lambda: spark.sql("SELECT ceil(d, k) FROM t").collect())
    yield "scale", spark.sql("SELECT ceil(d, 1), floor(d, 1), ceil(d, 0), floor(d, -1) FROM t")
    yield "struct of a star", spark.sql("SELECT struct(*) s, array(id, k) a FROM t")
    yield "count of a star", spark.sql("SELECT count(*) FROM t")
    yield "coalesce of a star", ctx.outcome(lambda: spark.sql("SELECT coalesce(*) FROM t").collect())
