"""from_json: modes, options, and what is refused."""

from pyspark.sql import functions as f
from pyspark.sql.types import IntegerType, MapType, StringType, StructType


def run(spark, ctx):
    one = spark.createDataFrame([('{"a":1,"t":"2020-07-25 14:55:00"}',)], "t string")
    bad = spark.createDataFrame([('{"a":x}',)], "t string")

    def read(frame, schema, options=None):
        return frame.select(f.from_json("t", schema, options).alias("v"))

    yield "timestamp", read(one, "t timestamp")
    yield (
        "format",
        read(
            spark.createDataFrame([('{"t":"25/07/2020"}',)], "t string"),
            "t date",
            {"dateFormat": "dd/MM/yyyy"},
        ),
    )
    yield "struct type", read(one, StructType().add("a", IntegerType()))
    yield "map type", read(one, MapType(StringType(), StringType()))
    yield (
        "primitives",
        read(one, "a string, t string", {"primitivesAsString": "true"}),
    )
    yield "permissive", read(bad, "a int")
    yield (
        "corrupt",
        read(bad, "a int, c string", {"columnNameOfCorruptRecord": "c"}),
    )
    yield "failfast", ctx.error(lambda: read(bad, "a int", {"mode": "FAILFAST"}).collect())
    yield "dropmalformed", ctx.error(lambda: read(bad, "a int", {"mode": "DROPMALFORMED"}))
    yield "no schema", ctx.error(lambda: read(one, "no such type here"))
    yield "integer", ctx.error(lambda: spark.range(1).select(f.from_json("id", "a int")))
    yield "map key", ctx.error(lambda: read(one, "map<int, string>"))
    yield "one argument", ctx.error(lambda: spark.sql("select from_json('{}')"))
    yield (
        "schema column",
        ctx.error(lambda: spark.sql("select from_json(t, t) from values ('{}') as v(t)")),
    )
    yield "options", ctx.error(lambda: spark.sql("select from_json('{}', 'a int', 5)"))
    yield (
        "option types",
        ctx.error(lambda: spark.sql("select from_json('{}', 'a int', map('a', 5))")),
    )
