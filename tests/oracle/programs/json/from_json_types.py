"""What does from_json make of texts, by the type that is asked for?"""

from pyspark.sql import functions as f

TEXTS = [
    '{"a":1,"b":"x","c":{"d":[1,2]}}',
    '{"a":"1","b":2,"c":null}',
    '{"b":"x"}',
    "{}",
    "",
    "  ",
    "null",
    "5",
    '"x"',
    "[1,2]",
    '[{"a":1},{"a":2}]',
    '{"a":1',
    '{"a":1} tail',
    '{"a":99999999999}',
    '{"A":7}',
    "{'a':1}",
    None,
]


def run(spark, ctx):
    rows = spark.createDataFrame([(i, text) for i, text in enumerate(TEXTS)], "i int, t string")
    types = [
        "a int, b string, c struct<d: array<int>>",
        "a int, _corrupt_record string",
        "array<int>",
        "array<struct<a: int>>",
        "map<string, string>",
        "map<string, int>",
    ]
    for shown in types:
        yield shown, ctx.ordered(rows.select("i", f.from_json("t", shown).alias("v")).orderBy("i"))
    for shown in ("string", "int"):
        yield shown, ctx.error(lambda shown=shown: rows.select(f.from_json("t", shown)))
    yield "name", rows.select(f.from_json(f.col("t").cast("string"), "a int")).columns
    yield (
        "is null",
        ctx.ordered(rows.select("i", f.from_json("t", "a int").isNull().alias("v")).orderBy("i")),
    )
    yield "sql", spark.sql("select from_json('{\"a\":1}', 'a INT') v, from_json(null, 'a INT') w")
    yield "not null", rows.select(f.from_json("t", "a int not null").alias("v"))
