"""What are GEOMETRY and GEOGRAPHY: functions, types, errors, what is shown and collected?"""

POINT = "X'0101000000000000000000F03F0000000000000040'"
BIG = "X'00000000013FF00000000000004000000000000000'"
LINE = "X'010200000002000000000000000000F03F000000000000004000000000000008400000000000001040'"
FAR = "X'010100000000000000000079400000000000000040'"
EMPTY = "X'0101000000000000000000F87F000000000000F87F'"
POINT_Z = "X'01E9030000000000000000F03F00000000000000400000000000000840'"
COLLECTION = "X'0107000000010000000101000000000000000000F03F0000000000000040'"
POLYGON = (
    "X'0103000000010000000400000000000000000000000000000000000000000000000000F03F"
    "0000000000000000000000000000F03F000000000000F03F00000000000000000000000000000000'"
)
OPEN = (
    "X'0103000000010000000300000000000000000000000000000000000000000000000000F03F"
    "0000000000000000000000000000F03F000000000000F03F'"
)

CALLS = [
    f"hex(st_asbinary(st_geogfromwkb({POINT})))",
    f"hex(st_asbinary(st_geomfromwkb({POINT})))",
    f"hex(st_asbinary(st_geomfromwkb({BIG})))",
    f"hex(st_asbinary(st_geomfromwkb({POINT}), 'XDR'))",
    f"hex(st_asbinary(st_geogfromwkb({POINT}), 'xdr'))",
    f"hex(st_asbinary(st_geogfromwkb({POINT}), 'NDR'))",
    f"hex(st_asbinary(st_geogfromwkb({POINT}), 'x'))",
    f"hex(st_asbinary(st_geogfromwkb({POINT}), NULL))",
    f"hex(st_asbinary(st_geogfromwkb({POINT}), e))",
    f"hex(st_asbinary(st_geomfromwkb({LINE}), 'XDR'))",
    f"hex(st_asbinary(st_geomfromwkb({POLYGON}), 'XDR'))",
    f"hex(st_asbinary(st_geomfromwkb({COLLECTION}), 'XDR'))",
    f"hex(st_asbinary(st_geomfromwkb({POINT_Z}), 'XDR'))",
    f"hex(st_asbinary(st_geomfromwkb({EMPTY}), 'XDR'))",
    f"hex(st_asbinary(st_geomfromwkb({FAR})))",
    f"hex(st_asbinary(st_geogfromwkb({FAR})))",
    f"hex(st_asbinary(st_geomfromwkb({OPEN})))",
    "st_geomfromwkb(X'')",
    "st_geomfromwkb(X'01')",
    "st_geomfromwkb(X'02')",
    "st_geomfromwkb(X'0109000000')",
    "st_geomfromwkb(X'01010000000000000000')",
    "st_geogfromwkb(X'FF')",
    f"hex(st_asbinary(st_geomfromwkb(unhex(concat(hex({POINT}), '00')))))",
    "st_asbinary(st_geomfromwkb(NULL))",
    "st_asbinary(NULL)",
    "st_srid(NULL)",
    f"st_srid(st_geogfromwkb({POINT}))",
    f"st_srid(st_geomfromwkb({POINT}))",
    f"st_srid(st_geomfromwkb({POINT}, 4326))",
    f"st_srid(st_geomfromwkb({POINT}, 3857))",
    f"st_srid(st_geomfromwkb({POINT}, 1))",
    f"st_srid(st_geomfromwkb({POINT}, n))",
    f"st_srid(st_geomfromwkb({POINT}, b))",
    f"st_srid(st_geomfromwkb({POINT}, NULL))",
    f"st_srid(st_setsrid(st_geomfromwkb({POINT}), 4326))",
    f"st_srid(st_setsrid(st_geomfromwkb({POINT}), n))",
    f"st_srid(st_setsrid(st_geomfromwkb({POINT}), b))",
    f"st_srid(st_setsrid(st_geomfromwkb({POINT}), NULL))",
    f"st_srid(st_setsrid(st_geogfromwkb({POINT}), 4326))",
    f"st_srid(st_setsrid(st_geogfromwkb({POINT}), n))",
    f"st_srid(st_setsrid(st_geogfromwkb({POINT}), 3857))",
    f"st_srid(st_setsrid(st_geomfromwkb({POINT}), -5))",
    f"st_srid(st_setsrid(st_geomfromwkb({POINT}), 'a'))",
    f"typeof(st_geomfromwkb({POINT}))",
    f"typeof(st_geomfromwkb({POINT}, 4326))",
    f"typeof(st_geomfromwkb({POINT}, n))",
    f"typeof(st_geogfromwkb({POINT}))",
    f"typeof(st_setsrid(st_geomfromwkb({POINT}), 3857))",
    f"typeof(st_setsrid(st_geogfromwkb({POINT}), n))",
    "st_geomfromwkb(1)",
    "st_geomfromwkb('a')",
    "st_geogfromwkb(1)",
    "st_geogfromwkb()",
    "st_asbinary(1)",
    f"st_asbinary({POINT})",
    "st_srid('a')",
    "st_setsrid(1, 2)",
    f"st_setsrid(st_geomfromwkb({POINT}))",
    f"CAST(st_geogfromwkb({POINT}) AS STRING)",
    f"CAST(st_geogfromwkb({POINT}) AS BINARY)",
    f"CAST(st_geomfromwkb({POINT}) AS STRING)",
    f"CAST({POINT} AS GEOMETRY(4326))",
    f"hex(st_asbinary(CAST(st_geogfromwkb({POINT}) AS GEOMETRY(4326))))",
    f"st_srid(CAST(st_geogfromwkb({POINT}) AS GEOGRAPHY(ANY)))",
    f"typeof(CAST(st_geogfromwkb({POINT}) AS GEOGRAPHY(ANY)))",
    f"typeof(CAST(st_geogfromwkb({POINT}) AS GEOMETRY(4326)))",
    f"typeof(CAST(st_geogfromwkb({POINT}) AS GEOMETRY(ANY)))",
    f"CAST(st_geomfromwkb({POINT}) AS GEOGRAPHY(4326))",
    f"typeof(CAST(st_geomfromwkb({POINT}, 4326) AS GEOMETRY(3857)))",
    f"typeof(CAST(st_geomfromwkb({POINT}, 4326) AS GEOMETRY(ANY)))",
    "CAST(NULL AS GEOMETRY(0)) IS NULL",
    "CAST(NULL AS GEOMETRY(1)) IS NULL",
    "CAST(NULL AS GEOGRAPHY(0)) IS NULL",
    "CAST(NULL AS GEOMETRY) IS NULL",
    "typeof(CAST(NULL AS GEOGRAPHY(4326)))",
    f"st_geomfromwkb({POINT}) = st_geomfromwkb({POINT})",
    f"st_geomfromwkb({POINT}) IS NOT NULL",
    f"typeof(coalesce(st_geomfromwkb({POINT}, 4326), st_geomfromwkb({POINT}, 0)))",
    f"typeof(array(st_geomfromwkb({POINT}, 4326), st_geogfromwkb({POINT})))",
    f"typeof(array(st_geomfromwkb({POINT}, 4326)))",
    f"st_geomfromwkb({POINT}) < st_geomfromwkb({POINT})",
]


def run(spark, ctx):
    spark.sql("SELECT 4326 AS n, 12 AS b, 'XDR' AS e").coalesce(1).createOrReplaceTempView("t")

    def one(call):
        df = spark.sql(f"SELECT {call} FROM t")
        return [[f.name, f.dataType.simpleString(), f.nullable] for f in df.schema], [
            [*row] for row in df.collect()
        ]

    for call in CALLS:
        yield call, ctx.outcome(lambda call=call: one(call))
    df = spark.sql(
        f"SELECT st_geomfromwkb({POINT}) g, st_geogfromwkb({POINT}) h, "
        f"CAST(st_geomfromwkb({POINT}, 3857) AS GEOMETRY(ANY)) a FROM t"
    )
    yield "schema", df.schema.json()
    yield "tree", ctx.printed(df.printSchema)
    yield "types", df.dtypes
    yield "describe", ctx.outcome(lambda: [[*r] for r in df.describe().collect()])

    def parts():
        return [[type(v).__name__, v.getSrid(), v.getBytes().hex()] for v in df.first()]

    yield "collected", ctx.outcome(parts)
    yield "ordered", ctx.error(lambda: df.orderBy("g").collect())
    yield "grouped", ctx.outcome(lambda: len(df.groupBy("g").count().collect()))
    yield "distinct", ctx.outcome(lambda: len(df.distinct().collect()))
    yield "joined", ctx.outcome(lambda: len(df.alias("a").join(df.alias("b"), "g").collect()))

    from pyspark.sql.types import (
        Geography,
        GeographyType,
        Geometry,
        GeometryType,
        StructField,
        StructType,
    )

    wkb = bytes.fromhex(POINT[2:-1])

    def made(kind, value):
        frame = spark.createDataFrame([(value,), (None,)], StructType([StructField("g", kind)]))
        rows = frame.collect()
        return [
            frame.schema.json(),
            [None if v is None else [v.getSrid(), v.getBytes().hex()] for (v,) in rows],
        ]

    for label, kind, value in [
        ("made geometry", GeometryType(4326), Geometry.fromWKB(wkb, 4326)),
        ("made geometry any", GeometryType("ANY"), Geometry.fromWKB(wkb, 3857)),
        ("made geography", GeographyType(4326), Geography.fromWKB(wkb, 4326)),
        ("made of another srid", GeometryType(4326), Geometry.fromWKB(wkb, 3857)),
        ("made of the other", GeometryType(4326), Geography.fromWKB(wkb, 4326)),
        ("made of bytes", GeometryType(4326), wkb),
    ]:
        yield label, ctx.outcome(lambda kind=kind, value=value: made(kind, value))
    yield (
        "inferred",
        ctx.outcome(
            lambda: spark.createDataFrame([(Geometry.fromWKB(wkb, 4326),)], ["g"]).schema.json()
        ),
    )
    yield "written as parquet", ctx.error(lambda: df.write.parquet(ctx.path("p")))
    yield "written as json", ctx.error(lambda: df.write.json(ctx.path("j")))
    yield "written as csv", ctx.error(lambda: df.write.csv(ctx.path("c")))
    yield "written as orc", ctx.error(lambda: df.write.orc(ctx.path("o")))
