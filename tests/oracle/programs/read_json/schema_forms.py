"""A schema as StructType, DDL text and DDL with types of every kind."""

from pyspark.sql.types import (
    ArrayType,
    DecimalType,
    IntegerType,
    LongType,
    MapType,
    StringType,
    StructType,
)


def run(spark, ctx):
    path = ctx.write_lines(
        "a.json",
        ['{"a":1,"b":"x","c":[1,2],"d":{"k":1.5},"e":{"f":true},"g":12.345,"h":"AQI="}'],
    )
    ddl = (
        "a int, b string, c array<int>, d map<string,double>, e struct<f:boolean>, "
        "g decimal(10,2), h binary"
    )
    yield "DDL", spark.read.schema(ddl).json(path)
    built = (
        StructType()
        .add("a", LongType())
        .add("b", StringType(), False)
        .add("c", ArrayType(LongType(), False))
        .add("d", MapType(StringType(), StringType()))
        .add("e", StructType().add("f", "string"))
        .add("g", DecimalType(6, 3))
        .add("zz", IntegerType(), True, {"comment": "not in the file"})
    )
    yield "StructType", spark.read.schema(built).json(path)
    yield "NOT NULL", spark.read.schema("a bigint NOT NULL, b string").json(path)
    yield "colons", ctx.error(lambda: spark.read.schema("a: bigint, b: string"))
    yield "comment", spark.read.schema("a int COMMENT 'how many', b string").json(path)
    yield "quoted names", spark.read.schema("`a` int, `b c` string").json(path)
    yield "by format and load", spark.read.format("json").schema("a int").load(path)
    yield "schema of load", spark.read.load(path, format="json", schema="b string")
    yield "bad DDL", ctx.error(lambda: spark.read.schema("a nosuchtype").json(path))
    yield "bad DDL syntax", ctx.error(lambda: spark.read.schema("a int,, b").json(path))
    yield "no schema at all", ctx.error(lambda: spark.read.schema(7))
