"""The two functions of pyspark.sql.avro.functions: names, arguments, what they refuse."""

from pyspark.sql import Row
from pyspark.sql.avro.functions import from_avro, to_avro
from pyspark.sql.functions import col, lit

RECORD = (
    '{"type": "record", "name": "r", "fields": [{"name": "age", "type": ["long", "null"]}, '
    '{"name": "name", "type": ["string", "null"]}]}'
)
TOP = '{"type": "record", "name": "t", "fields": [{"name": "v", "type": [' + RECORD + ', "null"]}]}'


def run(spark, ctx):
    people = spark.createDataFrame([(1, Row(age=2, name="Alice"))], ("key", "value"))
    data = people.select(to_avro(people.value).alias("avro"))
    yield "bytes", data
    union = f'[{RECORD}, "null"]'
    one = spark.sql(f"SELECT from_avro(X'0000040a', '{union}', map('mode', 'PERMISSIVE')) AS v")
    yield "a union at the top", one
    yield "nullable record", data.select(from_avro("avro", TOP).alias("v"))
    yield "name of from", data.select(from_avro(data.avro, TOP))
    yield (
        "name with options",
        data.select(from_avro(data.avro, TOP, {"mode": "PERMISSIVE"})),
    )
    yield "name of to", people.select(to_avro("key"), to_avro(col("key"), '"long"'))
    yield "options", data.select(from_avro("avro", TOP, {"MODE": "permissive"}).alias("v"))
    yield "data", ctx.error(lambda: from_avro(1, RECORD))
    yield "schema", ctx.error(lambda: from_avro("avro", 1))
    yield "options list", ctx.error(lambda: from_avro("avro", RECORD, ["mode"]))
    yield "to data", ctx.error(lambda: to_avro(1))
    yield "to schema", ctx.error(lambda: to_avro("key", 1))
    yield "not bytes", ctx.error(lambda: people.select(from_avro("key", '"int"')))
    yield "text", ctx.outcome(lambda: people.select(from_avro(lit("a"), '"int"')).first()[0])
    yield "no such column", ctx.error(lambda: people.select(to_avro("nothing")))
    yield "empty schema", ctx.error(lambda: data.select(from_avro("avro", "")).schema)
    people.createOrReplaceTempView("people")
    yield "sql", spark.sql("SELECT to_avro(value), to_avro(key, '\"long\"') FROM people")
    yield "sql one", ctx.error(lambda: spark.sql("SELECT from_avro(X'02')"))
    yield "sql two", spark.sql("SELECT from_avro(X'02', '\"int\"')")
    yield "sql three", spark.sql("SELECT from_avro(X'02', '\"int\"', map('mode', 'FAILFAST'))")
    for label, call in [
        ("sql column", "from_avro(X'02', s)"),
        ("sql number", "from_avro(X'02', 1)"),
        ("sql no map", "from_avro(X'02', '\"int\"', 'a')"),
        ("sql map of numbers", "from_avro(X'02', '\"int\"', map('a', 1))"),
        ("sql null schema", "from_avro(X'02', null)"),
        ("sql null options", "from_avro(X'02', '\"int\"', null)"),
        ("sql four", "from_avro(X'02', '\"int\"', map(), 1)"),
        ("sql int data", "from_avro(1, '\"int\"', map())"),
        ("sql to column", "to_avro(1, s)"),
        ("sql to number", "to_avro(1, 1)"),
        ("sql to null", "to_avro(1, null)"),
        ("sql to none", "to_avro()"),
    ]:
        text = f"SELECT {call} AS v FROM VALUES ('\"int\"') AS t(s)"
        yield label, ctx.outcome(lambda text=text: spark.sql(text).first()[0])
