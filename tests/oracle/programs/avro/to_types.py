"""Which bytes does to_avro make of each type, without a schema?"""

VALUES = [
    "true",
    "1Y",
    "-2S",
    "300",
    "-70000L",
    "1.5F",
    "cast('NaN' as float)",
    "-2.25D",
    "'caf\u00e9'",
    "''",
    "X'00ff'",
    "date'2024-03-01'",
    "date'1969-12-31'",
    "timestamp'2024-03-01 12:30:00.123456Z'",
    "timestamp_ntz'2024-03-01 12:30:00.123456'",
    "1.50BD",
    "-1.50BD",
    "cast(12345678901234567890.123 as decimal(38, 3))",
    "cast(null as int)",
    "cast(null as decimal(10, 2))",
    "null",
    "array(1, 2, 3)",
    "array(1, null)",
    "array()",
    "array('a', 'b')",
    "map('a', 1)",
    "map('a', cast(null as int))",
    "map()",
    "map(1, 'a')",
    "named_struct('a', 1, 'b', 'x')",
    "named_struct('a', cast(null as int), 'b', named_struct('c', 2D))",
    "array(named_struct('a', 1.5BD))",
    "named_struct()",
    "interval '1-2' year to month",
    "interval '1 02:03:04.5' day to second",
    "make_interval(1, 2)",
]


def run(spark, ctx):
    yield from ctx.expressions([f"to_avro({value})" for value in VALUES])
    rows = spark.sql("SELECT * FROM VALUES (1, 'a'), (null, null) AS t(n, s)")
    rows.createOrReplaceTempView("t")
    yield "nullable columns", spark.sql("SELECT to_avro(n) n, to_avro(s) s FROM t")
    yield "struct of them", spark.sql("SELECT to_avro(struct(n, s)) AS both FROM t")
    yield "null struct", spark.sql("SELECT to_avro(if(n = 1, struct(n), null)) AS one FROM t")
