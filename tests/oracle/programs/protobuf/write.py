"""The bytes that to_protobuf makes of each type, and what it refuses."""

from pyspark.sql.protobuf.functions import from_protobuf, to_protobuf

CASES = [
    ("Scalars", "named_struct('d', 1.5D, 'f', 2.5F, 'i32', -1, 'i64', 3L, 't', 'x', 'y', X'00ff')"),
    ("Scalars", "named_struct('u32', -1, 'u64', -1L, 's32', -2, 's64', -3L, 'b', true)"),
    (
        "Scalars",
        "named_struct('u32', 4294967295L, 'u64', cast(18446744073709551615 as decimal(20, 0)))",
    ),
    ("Scalars", "named_struct('u64', cast(18446744073709551616 as decimal(20, 0)))"),
    ("Scalars", "named_struct('u64', cast(1.5 as decimal(20, 2)))"),
    ("Scalars", "named_struct('u64', cast(7 as decimal(5, 0)))"),
    ("Scalars", "named_struct('x32', -1, 'x64', -2L, 'sx32', -3, 'sx64', -4L)"),
    ("Scalars", "named_struct('i32', 1Y, 's32', 2S, 'sx32', DATE'1970-01-05')"),
    ("Scalars", "named_struct('i32', 0, 'b', false, 't', '', 'y', X'', 'd', 0D, 'f', 0F)"),
    ("Scalars", "named_struct('d', -0D, 'f', cast('NaN' as float))"),
    ("Scalars", "named_struct('T', 'upper')"),
    ("Scalars", "named_struct('i32', cast(null as int), 't', cast(null as string))"),
    ("Scalars", "named_struct('i32', null)"),
    ("Scalars", "cast(null as struct<i32: int>)"),
    ("Scalars", "named_struct('nope', 1)"),
    ("Scalars", "named_struct('i32', 'text')"),
    ("Scalars", "named_struct('i32', 1L)"),
    ("Scalars", "named_struct('i64', 1)"),
    ("Scalars", "named_struct('t', named_struct('a', 1))"),
    ("Scalars", "named_struct('i32', array(1))"),
    ("Scalars", "1"),
    ("Scalars", "array(1)"),
    ("Optionals", "named_struct('i', 0, 't', '')"),
    ("Optionals", "named_struct('a', 'x', 'b', 5L)"),
    ("Optionals", "named_struct('b', 5L, 'a', cast(null as string))"),
    ("Optionals", "named_struct('c', named_struct('n', 1), 'a', 'later')"),
    ("Optionals", "named_struct('c', named_struct('n', 1, 'nope', 2))"),
    ("Painted", "named_struct('c', 'BLUE')"),
    ("Painted", "named_struct('c', -2)"),
    ("Painted", "named_struct('c', 'RED')"),
    ("Painted", "named_struct('c', 'PINK')"),
    ("Painted", "named_struct('c', 7)"),
    ("Painted", "named_struct('c', true)"),
    (
        "Repeats",
        "named_struct('packed', array(1, -2), 'loose', array(3, 4), 'words', array('a', ''))",
    ),
    ("Repeats", "named_struct('packed', array(1, null))"),
    ("Repeats", "named_struct('packed', cast(array() as array<int>), 'words', null)"),
    ("Repeats", "named_struct('packed', 1)"),
    ("Repeats", "named_struct('inners', array(named_struct('n', 1), named_struct('n', 0)))"),
    (
        "Repeats",
        "named_struct('counts', map('b', 2, 'a', 0), 'by', map(1, named_struct('t', 'x')))",
    ),
    ("Repeats", "named_struct('counts', map('b', cast(null as int)))"),
    ("Repeats", "named_struct('colors', array('RED', 'BLUE'), 'paints', map('k', 'GREEN'))"),
    ("Repeats", "named_struct('colors', array(1, -2), 'big', array(1L, -1L))"),
    ("Repeats", "named_struct('by', map('x', 1))"),
    ("Repeats", "named_struct('words', array(1))"),
    (
        "Times",
        "named_struct('at', TIMESTAMP'2024-01-02 03:04:05.123456', 'took', INTERVAL '1 02:03:04.567891' DAY TO SECOND)",
    ),
    (
        "Times",
        "named_struct('at', TIMESTAMP'1969-12-31 23:59:59.9995', 'took', INTERVAL '-0.0005' SECOND)",
    ),
    ("Times", "named_struct('took', INTERVAL '-3.5' SECOND)"),
    ("Times", "named_struct('took', INTERVAL '5' MINUTE)"),
    ("Times", "named_struct('took', INTERVAL '5-1' YEAR TO MONTH)"),
    ("Times", "named_struct('at', TIMESTAMP_NTZ'2024-01-02 03:04:05')"),
    ("Times", "named_struct('at', named_struct('seconds', 5L, 'nanos', 7))"),
    ("Times", "named_struct('at', DATE'2024-01-01')"),
    (
        "Times",
        "named_struct('ats', array(TIMESTAMP'2024-01-02 00:00:00'), 'spans', map('x', INTERVAL '1' DAY))",
    ),
    (
        "Wrapped",
        "named_struct('b', true, 'i', 0, 'u', -1, 'l', 5L, 'ul', -1L, 's', '', 'y', X'01', 'f', 0.5F, 'd', 0D)",
    ),
    ("Wrapped", "named_struct('i', named_struct('value', 0), 's', named_struct('value', 'x'))"),
    ("Wrapped", "named_struct('many', array(1, 0), 'named', map('k', 'v'))"),
    ("Wrapped", "named_struct('u', 4294967295L)"),
    ("Wrapped", "named_struct('i', 1L)"),
    ("AnyHolder", "named_struct('details', named_struct('type_url', 'a/b', 'value', X'0801'))"),
    (
        "Node",
        "named_struct('name', 'a', 'next', named_struct('name', 'b', 'next', named_struct('name', 'c')))",
    ),
    ("Shaped", "named_struct('at', TIMESTAMP'1970-01-01 00:01:00.5')"),
    ("HasNothing", "named_struct('t', 'x')"),
    ("HasNothing", "named_struct('n', named_struct('__dummy_field_in_empty_struct', 'x'))"),
    ("Cased", "named_struct('value', 1)"),
    ("Outer", "named_struct('in', named_struct('x', 1))"),
    ("Old", "named_struct('id', 1)"),
    ("Old", "named_struct('id', cast(null as int))"),
    ("Old", "named_struct('name', 'x')"),
    ("Old", "named_struct('id', 1, 'xs', array(1, 2), 'kind', 'PLAIN', 'kinds', array('FANCY'))"),
    ("Old", "named_struct('id', 1, 'kind', 5)"),
    ("Old", "named_struct('id', 1, 'part', named_struct('t', 'a', 'more', named_struct('x', 1)))"),
    ("Old", "named_struct('id', 1, 'part', named_struct('more', named_struct('x', 1)))"),
    ("Old", "named_struct('id', 1, 'part', named_struct('t', cast(null as string)))"),
    ("Old", "named_struct('id', 1, 'extra', 'x')"),
    ("Nope", "named_struct('id', 1)"),
]


def run(spark, ctx):
    desc = ctx.fixture("protobuf/events.desc")
    for number, (message, value) in enumerate(CASES):

        def data(message=message, value=value):
            rows = spark.range(1).selectExpr(f"{value} AS s")
            return rows.select(to_protobuf("s", message, desc)).first()[0]

        yield f"{number} {message} {value}", ctx.outcome(data)
    spark.conf.set("spark.sql.caseSensitive", "true")
    yield "case", ctx.outcome(lambda: _first(spark, desc, "named_struct('value', 1, 'VALUE', 2)"))
    yield "no case", ctx.outcome(lambda: _first(spark, desc, "named_struct('Value', 1)"))
    spark.conf.set("spark.sql.caseSensitive", "false")
    text = "id int, name string, xs array<int>"
    rows = spark.createDataFrame([((1, "a", [1]),), ((2, None, []),), (None,)], f"s struct<{text}>")
    there = rows.select(to_protobuf("s", "Old", desc).alias("b"))
    yield "rows", there
    yield "and back", there.select(from_protobuf("b", "Old", desc).alias("v"))


def _first(spark, desc, value):
    rows = spark.range(1).selectExpr(f"{value} AS s")
    return rows.select(to_protobuf("s", "Cased", desc)).first()[0]
