"""PERMISSIVE: what is wrong becomes null, the text goes to the column for it."""

LINES = [
    '{"a":1,"b":"x"}',
    '{"a":"one","b":"x"}',
    '{"a":1,"b":"x"',
    "not json",
    "[1,2]",
    '[{"a":5},{"a":6}]',
    "",
    "7",
    '{"a":3} trailing',
    '{"a":4}{"a":5}',
]


def run(spark, ctx):
    path = ctx.write_lines("a.json", LINES)
    yield "without the column", spark.read.schema("a int, b string").json(path)
    with_text = "a int, b string, _corrupt_record string"
    yield "with the column", spark.read.schema(with_text).json(path)
    named = spark.read.option("columnNameOfCorruptRecord", "bad").schema(
        "bad string, a int, b string"
    )
    yield "own name, first place", named.json(path)
    explicit = spark.read.schema("a int").option("mode", "PERMISSIVE").json(path)
    yield "said aloud", explicit
    lower = spark.read.schema("a int").option("mode", "permissive").json(path)
    yield "in lower case", lower.count()
    spark.conf.set("spark.sql.columnNameOfCorruptRecord", "broken")
    yield "by the setting", spark.read.schema("a int, broken string").json(path)
