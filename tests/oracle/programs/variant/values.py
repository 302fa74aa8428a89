"""What do variants give in Python, and what is made of them there?"""

from pyspark.sql.types import StructType, VariantType, VariantVal

TEXTS = [
    '{"b":1,"a":[1.5,null,"x"],"c":1e3}',
    "300",
    "true",
    "null",
    '"é\\n"',
    "12345678901234567890",
    "1.50",
    "[[]]",
    "{}",
    '"' + "y" * 70 + '"',
]


def run(spark, ctx):
    for text in TEXTS:
        value = VariantVal.parseJson(text)
        yield f"parsed {text}", [value, value.toPython(), value.toJson(), str(value)]
    yield "no JSON", ctx.error(lambda: VariantVal.parseJson("{"))
    yield "malformed", ctx.error(lambda: VariantVal(b"\x02", b"\x01\x00\x00").toPython())
    yield "repr", repr(VariantVal(b"\x00", b"\x01\x00\x00"))
    row = spark.sql(
        "SELECT CAST(TIMESTAMP '2020-01-02 03:04:05.6Z' AS VARIANT) AS t, CAST(TIMESTAMP_NTZ '2020-01-02 03:04:05' AS VARIANT) AS n, "
        "CAST(DATE '2020-01-02' AS VARIANT) AS d, CAST(X'6162' AS VARIANT) AS b, CAST(1.5F AS VARIANT) AS f"
    ).first()
    for name in "tndbf":
        yield name, [str(row[name].toPython()), row[name].toJson(), row[name].toJson("Asia/Tokyo")]
    yield "schema", StructType().add("v", VariantType()).jsonValue()
    df = spark.createDataFrame([(VariantVal.parseJson('{"k":[1,2]}'),), (None,)], "v variant")
    yield "frame", df
    yield "inferred", spark.createDataFrame([(VariantVal.parseJson("1"),)], ["v"])
    yield "wrong value", ctx.error(lambda: spark.createDataFrame([(5,)], "v variant"))
