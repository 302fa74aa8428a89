"""from_xml: modes, options, and what is refused."""

from pyspark.sql import functions as f
from pyspark.sql.types import IntegerType, StructType

ONE = "<p k=' 5 '><a> 1 </a><n>-</n><t>02/01/2020</t><w q='1'> text </w><x:y>3</x:y></p>"
BAD = "<p><a>x</a><b>1</b></p>"
BROKEN = "<p><a>1</a>"


def run(spark, ctx):
    one = spark.createDataFrame([(ONE,)], "t string")
    bad = spark.createDataFrame([(BAD,)], "t string")
    broken = spark.createDataFrame([(BROKEN,)], "t string")

    def read(frame, schema, options=None):
        return frame.select(f.from_xml("t", schema, options).alias("v"))

    texts = "a string, n string, t string, _k string, w struct<_VALUE: string, _q: int>"
    cases = {
        "plain": {},
        "kept spaces": {"ignoreSurroundingSpaces": "false"},
        "null value": {"nullValue": "-"},
        "excluded": {"excludeAttribute": "true"},
        "prefix": {"attributePrefix": "@"},
        "value tag": {"valueTag": "_q"},
        "row tag": {"rowTag": "a"},
        "namespace": {"ignoreNamespace": "true"},
        "unknown": {"noSuchOption": "1"},
    }
    for label, options in cases.items():
        yield (
            label,
            ctx.outcome(lambda options=options: tuple(read(one, texts, options).first()[0])),
        )
    yield (
        "prefix used",
        read(one, "`@k` int, w struct<`@q`: int, _VALUE: string>", {"attributePrefix": "@"}),
    )
    yield "tag used", read(one, "w struct<_q: int, value: string>", {"valueTag": "value"})
    yield "namespace used", read(one, "y int, `x:y` int", {"ignoreNamespace": "true"})
    yield "namespace kept", read(one, "y int, `x:y` int")
    yield "wildcard", read(one, "a int, rest array<string>", {"wildcardColName": "rest"})
    yield "date", read(one, "t date", {"dateFormat": "dd/MM/yyyy"})
    yield "no date", read(one, "t date")
    yield (
        "timestamp",
        read(one, "t timestamp", {"timestampFormat": "dd/MM/yyyy", "timeZone": "Asia/Tokyo"}),
    )
    yield "ntz", read(one, "t timestamp_ntz", {"timestampNTZFormat": "dd/MM/yyyy"})
    yield "struct type", read(one, StructType().add("a", IntegerType()))
    yield "null of int", read(one, "n int", {"nullValue": "-"})
    empty = spark.createDataFrame([("<p><a></a><b/></p>",)], "t string")
    yield "empty null", read(empty, "a string, b string", {"nullValue": ""})
    yield "empty", read(empty, "a string, b string, c string")
    for label, frame in (("bad", bad), ("broken", broken)):
        yield f"{label} permissive", read(frame, "a int, b int")
        yield (
            f"{label} corrupt",
            read(frame, "a int, b int, c string", {"columnNameOfCorruptRecord": "c"}),
        )
        yield f"{label} default corrupt", read(frame, "a int, b int, _corrupt_record string")
        for mode in ("FAILFAST", "DROPMALFORMED", "nonsense"):
            yield (
                f"{label} {mode}",
                ctx.outcome(
                    lambda frame=frame, mode=mode: str(
                        read(frame, "a int, b int", {"mode": mode}).collect()
                    )
                ),
            )
    for name, value in [
        ("rowTag", ""),
        ("rowTag", "<a>"),
        ("valueTag", ""),
        ("valueTag", "_"),
        ("ignoreNamespace", "maybe"),
        ("excludeAttribute", "x"),
        ("samplingRatio", "0"),
        ("samplingRatio", "2"),
        ("rootTag", "<r"),
        ("declaration", "<?x"),
        ("ignoreSurroundingSpaces", "1"),
        ("attributePrefix", ""),
        ("timeZone", "Nowhere/X"),
        ("dateFormat", "bbb"),
        ("prefersDecimal", "x"),
        ("inferSchema", "x"),
        ("validateName", "x"),
        ("multiLine", "x"),
        ("preferDate", "x"),
        ("encoding", "nosuch"),
        ("compression", "nosuch"),
        ("locale", "xx"),
    ]:
        # Of a constant: what Spark says of a failing task names the task.
        call = f"from_xml('<p><a>1</a></p>', 'a int', map('{name}', '{value}')) as v"
        yield f"{name}={value}", ctx.statement(f"select {call}")
    yield "no schema", ctx.error(lambda: read(one, "no such type here"))
    yield "integer", ctx.error(lambda: spark.range(1).select(f.from_xml("id", "a int")))
    yield "not struct", ctx.error(lambda: read(one, "int"))
    yield "array", ctx.error(lambda: read(one, "array<int>"))
    yield "map", ctx.error(lambda: read(one, "map<string, int>"))
    yield "one argument", ctx.error(lambda: spark.sql("select from_xml('<a/>')"))
    yield (
        "four arguments",
        ctx.error(lambda: spark.sql("select from_xml('<a/>', 'a int', map(), 1)")),
    )
    yield (
        "schema column",
        ctx.error(lambda: spark.sql("select from_xml(t, t) from values ('<a/>') as v(t)")),
    )
    yield "options", ctx.error(lambda: spark.sql("select from_xml('<a/>', 'a int', 5)"))
    yield (
        "option types",
        ctx.error(lambda: spark.sql("select from_xml('<a/>', 'a int', map('a', 5))")),
    )
    yield (
        "schema of",
        spark.sql("select from_xml('<p><a>1</a></p>', schema_of_xml('<p><a>2</a><b>x</b></p>')) v"),
    )
    yield (
        "variant",
        ctx.outcome(lambda: str(one.select(f.from_xml("t", "variant").cast("string")).collect())),
    )
    yield "corrupt type", ctx.error(lambda: read(one, "a int, _corrupt_record int").collect())
    yield "corrupt nested", read(bad, "a int, s struct<_corrupt_record: string>")
