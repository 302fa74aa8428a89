"""to_xml: every type, nulls, attributes, arrays, maps, options, what is refused."""

import datetime

from pyspark.sql import functions as f

VALUES = [
    "named_struct('a', 1, 'b', 'x')",
    "named_struct('a', cast(null as int), 'b', cast(null as string))",
    "named_struct('a', 1Y, 'b', 2S, 'c', 3L, 'd', 1.5F, 'e', 2.5D, 'f', 1.50)",
    "named_struct('a', true, 'b', date'2020-01-02', 'c', timestamp'2020-01-02 03:04:05.678')",
    "named_struct('a', timestamp_ntz'2020-01-02 03:04:05', 'b', '')",
    "named_struct('a', 'x & y < z > \"q\" \\'s\\' ]]>', '_k', 'x & \"y\" < \\'z\\' \\n\\t>')",
    "named_struct('_k', 1, 'a', 2, '_VALUE', 3)",
    "named_struct('_k', cast(null as int), '_VALUE', 'v')",
    "named_struct('a', array(1, 2, null))",
    "named_struct('a', array(array(1, 2), array(3)))",
    "named_struct('a', array())",
    "named_struct('a', array(named_struct('b', 1), named_struct('b', 2)))",
    "named_struct('a', named_struct('b', named_struct('c', 1)))",
    "named_struct('a', named_struct('_k', 1, '_VALUE', 'v', 'c', 2))",
    "named_struct('a', map('k', 1, 'j', 2))",
    "named_struct('a', map('_k', 1, 'j', 2))",
    "named_struct('a', map(1, 'x'))",
    "named_struct('a', map())",
    "named_struct('a', named_struct('b', cast(null as int)))",
    "named_struct('a', cast('NaN' as double), 'b', cast('-Infinity' as float), 'c', 1e20D)",
    "named_struct('a', null)",
    "named_struct('n:a', 1)",
    "named_struct('a', ' lead and trail ')",
    "named_struct('a', 'line\\nbreak\\r\\ttab')",
    "named_struct('a', 'caf\\u00e9 \\u20ac')",
    "named_struct('a', cast(1.5 as decimal(20, 10)), 'b', 1e-7BD, 'c', 0.0000001D)",
    "map('a', 1)",
    "array(1, 2)",
    "array(named_struct('a', 1))",
    "cast(null as struct<a: int>)",
    "named_struct('_k', timestamp'2020-01-02 03:04:05', '_d', date'2020-01-02')",
    "named_struct('_k', array(1, 2), 'a', 1)",
    "named_struct('_k', 1.5D, '_b', true, '_d', 1.50)",
]
REFUSED = [
    "named_struct('a', X'41')",
    "named_struct('a', interval '1' day)",
    "named_struct('a', interval '1' month)",
    "named_struct('a b', 1)",
    "named_struct('1a', 1)",
    "named_struct('a', parse_json('1'))",
    "1",
    "'a'",
    "null",
]


def run(spark, ctx):
    for text in VALUES + REFUSED:
        yield text, ctx.outcome(lambda text=text: spark.sql(f"select to_xml({text})").first()[0])
    base = (
        "named_struct('_k', cast(null as int), 'a', cast(null as int), 'l', array(array(1)), "
        "'d', date'2020-01-02', 't', timestamp'2020-01-02 03:04:05', "
        "'n', timestamp_ntz'2020-01-02 03:04:05', '_VALUE', 'v', 'm', map('x', null))"
    )
    frame = spark.sql(f"select {base} as s")
    for options in [
        {"nullValue": "null"},
        {"rowTag": "row"},
        {"rootTag": "root"},
        {"attributePrefix": "@"},
        {"valueTag": "val"},
        {"arrayElementName": "el"},
        {"dateFormat": "dd/MM/yyyy"},
        {"timestampFormat": "dd/MM/yyyy HH:mm"},
        {"timestampNTZFormat": "HH:mm"},
        {"timeZone": "Asia/Tokyo"},
        {"indent": ""},
        {"indent": "\t"},
        {"declaration": "x"},
        {"nosuch": "x"},
        {"attributePrefix": ""},
        {"rowTag": ""},
        {"valueTag": "_"},
        {"validateName": "false"},
        {"nullValue": ""},
        {"compression": "gzip"},
    ]:
        yield (
            str(options),
            ctx.outcome(lambda options=options: frame.select(f.to_xml("s", options)).first()[0]),
        )
    yield (
        "unchecked",
        ctx.outcome(
            lambda: spark.sql(
                "select to_xml(named_struct('a b', 1), map('validateName', 'false'))"
            ).first()[0]
        ),
    )
    rows = spark.createDataFrame(
        [(1, "x", datetime.date(2020, 1, 2)), (None, None, None)], "a int, b string, c date"
    )
    yield "rows", rows.select(f.to_xml(f.struct("a", "b", "c")).alias("v"))
    yield "name", rows.select(f.to_xml(f.struct("a", "b"))).columns
    yield "schema", rows.select(f.to_xml(f.struct("a")).alias("v")).schema.simpleString()
    yield "no argument", ctx.error(lambda: spark.sql("select to_xml()"))
    yield "three", ctx.error(lambda: spark.sql("select to_xml(struct(1), map(), 1)"))
    yield "options", ctx.error(lambda: spark.sql("select to_xml(struct(1), 5)"))
    round_trip = rows.select(
        f.from_xml(f.to_xml(f.struct("a", "b", "c")), "a int, b string, c date")
    )
    yield "round trip", round_trip.toDF("v")
