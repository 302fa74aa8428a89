"""The ways to call from_protobuf and to_protobuf, from Python and SQL, and what they refuse."""

from pyspark.sql import Row
from pyspark.sql.functions import col, lit
from pyspark.sql.protobuf.functions import from_protobuf, to_protobuf

KNOWN = "org.sparkproject.spark_protobuf.protobuf."


def run(spark, ctx):
    desc = ctx.fixture("protobuf/events.desc")
    alone = ctx.fixture("protobuf/one.desc")
    with open(desc, "rb") as file:
        binary = file.read()
    rows = spark.createDataFrame([(Row(n=1, t="x"), 5)], "s struct<n: int, t: string>, k int")
    data = rows.select(to_protobuf(rows.s, "Inner", desc).alias("b"), "s", "k")
    yield (
        "names",
        rows.select(to_protobuf("s", "Inner", desc), to_protobuf(col("s"), "Inner", desc)),
    )
    yield "name of from", data.select(from_protobuf(data.b, "Inner", desc))
    yield "name with options", data.select(from_protobuf("b", "Inner", desc, {"mode": "FAILFAST"}))
    yield "binary", data.select(from_protobuf("b", "Inner", binaryDescriptorSet=binary).alias("v"))
    yield (
        "bytearray",
        data.select(from_protobuf("b", "Inner", binaryDescriptorSet=bytearray(binary)).alias("v")),
    )
    yield (
        "both",
        data.select(from_protobuf("b", "Inner", "/no/such", binaryDescriptorSet=binary).alias("v")),
    )
    yield "to binary", rows.select(to_protobuf("s", "Inner", binaryDescriptorSet=binary).alias("b"))
    yield "to options", rows.select(to_protobuf("s", "Inner", desc, {"x": "y"}).alias("b"))
    yield "pretty", data.select(from_protobuf("b", "Inner", desc).alias("v")).select("v.n", "v.t")
    for label, call in [
        ("no file", lambda: data.select(from_protobuf("b", "Inner", "/no/such.desc"))),
        ("to no file", lambda: rows.select(to_protobuf("s", "Inner", "/no/such.desc"))),
        ("no message", lambda: data.select(from_protobuf("b", "Nope", desc))),
        ("to no message", lambda: rows.select(to_protobuf("s", "Nope", desc)).collect()),
        ("no column", lambda: data.select(from_protobuf("nope", "Inner", desc))),
        ("a number", lambda: data.select(from_protobuf("k", "Inner", desc))),
        (
            "a text",
            lambda: data.select(from_protobuf(lit("x"), "Inner", desc).alias("v")).collect(),
        ),
        ("no struct", lambda: rows.select(to_protobuf("k", "Inner", desc)).collect()),
        ("torn", lambda: data.select(from_protobuf("b", "I", binaryDescriptorSet=binary[:50]))),
        ("no set", lambda: data.select(from_protobuf("b", "I", binaryDescriptorSet=b"nonsense"))),
        ("empty", lambda: data.select(from_protobuf("b", "I", binaryDescriptorSet=b""))),
        ("dependency", lambda: data.select(from_protobuf("b", "One", alone))),
        ("no class", lambda: data.select(from_protobuf("b", "Inner"))),
        ("no such class", lambda: data.select(from_protobuf("b", "com.example.Inner"))),
        ("not a message", lambda: data.select(from_protobuf("b", "java.lang.String"))),
        ("to no class", lambda: rows.select(to_protobuf("s", "Inner")).collect()),
        (
            "options of numbers",
            lambda: data.select(
                from_protobuf("b", "Node", desc, {"recursive.fields.max.depth": 2})
            ).collect(),
        ),
    ]:
        yield label, ctx.error(call)
    for name in [
        "Timestamp",
        "Duration",
        "Int32Value",
        "StringValue",
        "Any",
        "Empty",
        "FieldMask",
        "Struct",
    ]:

        def told(name=name):
            frame = data.select(from_protobuf("b", KNOWN + name).alias("v"))
            return frame.schema.simpleString()

        yield f"class {name}", ctx.outcome(told)
    yield "class nope", ctx.error(lambda: data.select(from_protobuf("b", KNOWN + "Nope")))
    stamps = spark.createDataFrame(
        [(Row(seconds=1668035962, nanos=2020),)], "v struct<seconds: long, nanos: int>"
    )
    made = stamps.select(to_protobuf("v", KNOWN + "Timestamp").alias("b"))
    yield "class to", made
    yield "class from", made.select(from_protobuf("b", KNOWN + "Timestamp").alias("v"))

    data.createOrReplaceTempView("t")
    calls = [
        f"from_protobuf(b, 'Inner', '{desc}', map())",
        f"from_protobuf(b, 'Inner', '{desc}')",
        f"from_protobuf(b, 'Inner', '{desc}', map('emit.default.values', 'true'))",
        f"from_protobuf(b, 'Inner', '{desc}', null)",
        f"to_protobuf(s, 'Inner', '{desc}', map())",
        f"to_protobuf(s, 'Inner', '{desc}')",
        f"to_protobuf(s, concat('In', 'ner'), '{desc}')",
        f"to_protobuf(null, 'Inner', '{desc}')",
        f"from_protobuf(k, 'Inner', '{desc}')",
        f"to_protobuf(k, 'Inner', '{desc}')",
        f"from_protobuf(b, s.t, '{desc}')",
        f"from_protobuf(b, 1, '{desc}')",
        f"from_protobuf(b, null, '{desc}')",
        "from_protobuf(b, 'Inner', s.t)",
        "from_protobuf(b, 'Inner', 1)",
        "from_protobuf(b, 'Inner', null)",
        "from_protobuf(b, 'Inner')",
        f"from_protobuf(b, '{KNOWN}StringValue')",
        "from_protobuf(b, 'Inner', map())",
        "from_protobuf(b, 'Inner', map('a', 'b'))",
        "from_protobuf(b, 'Inner', '/no/such.desc')",
        f"from_protobuf(b, 'Inner', '{desc}', 'a')",
        f"from_protobuf(b, 'Inner', '{desc}', map('a', 1))",
        f"from_protobuf(b, 'Nope', '{desc}')",
        f"to_protobuf(s, 'Nope', '{desc}')",
        f"to_protobuf(s, 1, '{desc}')",
        "to_protobuf(s, 'Inner', 1)",
        f"to_protobuf(s, 'Inner', '{desc}', 'a')",
        "to_protobuf(s, 'Inner', null)",
        f"from_protobuf(X'08', '{KNOWN}Int32Value', map('mode', 'PERMISSIVE'))",
        f"from_protobuf(X'08', '{KNOWN}Int32Value', s.t, map('mode', 'PERMISSIVE'))",
        f"from_protobuf(X'08', '{KNOWN}Int32Value', X'', map('mode', 'PERMISSIVE'))",
        f"from_protobuf(X'08', '{KNOWN}Int32Value', null, map('mode', t))",
        "to_protobuf(s)",
        "from_protobuf(b)",
        f"from_protobuf(b, 'Inner', '{desc}', map(), 1)",
    ]
    for call in calls:

        def asked(call=call):
            df = spark.sql(f"SELECT {call} FROM t")
            # Its name has the path of the file in it.
            return [ctx.normalise(df.schema.simpleString()), *[row[0] for row in df.collect()]]

        yield ctx.normalise(call), ctx.outcome(asked)
