"""Which JSON texts are variants, byte for byte, and what is said of the others?"""

GOOD = [
    '{"a":1,"b":[1,2.5,"x",null,true],"c":{"d":"e"}}',
    '{"b":1,"a":{"c":2,"b":3},"c":4}',
    "1",
    "-1",
    "127",
    "128",
    "-32769",
    "2147483648",
    "-9223372036854775808",
    "9223372036854775808",
    "12345678901234567890123456789012345678",
    "123456789012345678901234567890123456789",
    "1.5",
    "1.50",
    "100.00",
    "0.000000001",
    "0.0000000001",
    "-0",
    "-0.0",
    "1e10",
    "1E-5",
    "1.5e400",
    "true",
    "false",
    "null",
    "[]",
    "{}",
    '""',
    '"abc"',
    '"' + "x" * 63 + '"',
    '"' + "x" * 64 + '"',
    '"é😀"',
    '{"é":1,"z":2,"😀":3,"\ue000":4}',
    "[[],[[]],{}]",
    "[" + ",".join(str(i) for i in range(300)) + "]",
    ' { "a" : [ 1 , 2 ] } ',
    '{"a":1} x',
    "1 2",
    '"a"b',
    "[1]]",
]
BAD = [
    "",
    " ",
    "{",
    '{"a"',
    '{"a":1,}',
    "[1,]",
    "01",
    "+1",
    ".5",
    "1.",
    "1e",
    "-",
    "NaN",
    "Infinity",
    "tru",
    "truex",
    "1x",
    "'a'",
    "{a:1}",
    '{"a":1,"a":2}',
    '"\t"',
    "// c\n1",
    '"\\x"',
    '"\\ud800"',
    '"\\u12"',
]


def run(spark, ctx):
    rows = [(i, text) for i, text in enumerate(GOOD + BAD)]
    df = spark.createDataFrame(rows, "i int, text string")
    df.createOrReplaceTempView("texts")
    yield (
        "parsed",
        spark.sql(
            "SELECT i, try_parse_json(text) AS v, to_json(try_parse_json(text)) AS j FROM texts"
        ),
    )
    yield (
        "types",
        spark.sql("SELECT i, schema_of_variant(try_parse_json(text)) AS t FROM texts WHERE i < 40"),
    )
    yield (
        "escapes",
        spark.sql(
            """SELECT to_json(parse_json('"\\\\u00e9\\\\n\\\\t\\\\"\\\\\\\\/\\\\b\\\\f\\\\r\\\\u0001\\\\ud83d\\\\ude00"')) AS v"""
        ),
    )
    for text in ("{", "", '{"a":1,"a":2}'):
        yield (
            f"fails {text}",
            ctx.error(lambda text=text: spark.sql("SELECT parse_json(:t)", {"t": text}).collect()),
        )
    yield "no text", ctx.error(lambda: spark.sql("SELECT parse_json(5)"))
    yield "no arguments", ctx.error(lambda: spark.sql("SELECT parse_json()"))
    yield (
        "null",
        spark.sql("SELECT parse_json(NULL) AS a, try_parse_json(CAST(NULL AS STRING)) AS b"),
    )
    yield (
        "shown",
        ctx.shown(
            spark.sql(
                """SELECT parse_json(t) AS v, t FROM VALUES ('1'), ('{"a":[1,2,{"b":null}]}'), (NULL) AS x(t)"""
            ),
            truncate=False,
        ),
    )
    yield "tree", ctx.printed(lambda: spark.sql("SELECT parse_json('1') AS v").printSchema())
