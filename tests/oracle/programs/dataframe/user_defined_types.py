"""What are columns of user-defined types: made, shown, collected, written, read, given to functions?"""

import sys
import types


def spot_module():
    """A module that holds the types: by its name their JSON finds them again."""
    from pyspark.sql.types import (
        ArrayType,
        DoubleType,
        IntegerType,
        StructField,
        StructType,
        UserDefinedType,
    )

    found = sys.modules.get("oracle_spots")
    if found is not None and found.base is UserDefinedType:
        return found
    module = types.ModuleType("oracle_spots")
    module.base = UserDefinedType

    class SpotUDT(UserDefinedType):
        @classmethod
        def sqlType(cls):
            return ArrayType(DoubleType(), False)

        @classmethod
        def module(cls):
            return "oracle_spots"

        def serialize(self, obj):
            return [obj.x, obj.y]

        def deserialize(self, datum):
            return Spot(datum[0], datum[1])

    class Spot:
        __UDT__ = SpotUDT()

        def __init__(self, x, y):
            self.x = x
            self.y = y

        def __repr__(self):
            return f"Spot({self.x},{self.y})"

        def __str__(self):
            return f"({self.x},{self.y})"

        def __eq__(self, other):
            return isinstance(other, type(self)) and (self.x, self.y) == (other.x, other.y)

        def __hash__(self):
            return hash((self.x, self.y))

    class PairUDT(UserDefinedType):
        @classmethod
        def sqlType(cls):
            return StructType(
                [StructField("a", IntegerType(), False), StructField("b", IntegerType(), True)]
            )

        @classmethod
        def module(cls):
            return "oracle_spots"

        def serialize(self, obj):
            return (obj.a, obj.b)

        def deserialize(self, datum):
            return Pair(datum.a, datum.b)

    class Pair:
        __UDT__ = PairUDT()

        def __init__(self, a, b):
            self.a = a
            self.b = b

        def __repr__(self):
            return f"Pair({self.a},{self.b})"

    for kind in (SpotUDT, Spot, PairUDT, Pair):
        kind.__module__ = "oracle_spots"
        kind.__qualname__ = kind.__name__
        setattr(module, kind.__name__, kind)
    sys.modules["oracle_spots"] = module
    return module


def plain(schema):
    """The parts of a schema without the class's pickled bytes."""
    import json

    def strip(part):
        if isinstance(part, dict):
            return {k: strip(v) for k, v in part.items() if k != "serializedClass"}
        return [strip(p) for p in part] if isinstance(part, list) else part

    return strip(json.loads(schema.json()))


def run(spark, ctx):
    try:
        yield from answers(spark, ctx)
    finally:
        spark.sql("DROP TABLE IF EXISTS spots_t")


def answers(spark, ctx):
    from pyspark.sql import functions as sf
    from pyspark.sql.types import (
        ArrayType,
        IntegerType,
        MapType,
        StringType,
        StructField,
        StructType,
    )

    m = spot_module()
    spots = [(1, m.Spot(1.0, 2.0)), (2, m.Spot(3.0, 4.5)), (3, None)]
    schema = StructType([StructField("k", IntegerType()), StructField("p", m.SpotUDT())])
    df = spark.createDataFrame(spots, schema)
    yield "schema", plain(df.schema)
    yield "same type", df.schema["p"].dataType == m.SpotUDT()
    yield "types", df.dtypes
    yield "tree", ctx.printed(df.printSchema)
    yield "shown", ctx.shown(df)
    yield "repr", repr(df)

    def texts(frame):
        return sorted(repr([*row]) for row in frame.collect())

    yield "collected", ctx.outcome(lambda: texts(df))
    yield "first", ctx.outcome(lambda: repr(df.first()))
    inferred = ctx.outcome(
        lambda: plain(spark.createDataFrame([(m.Spot(1.0, 2.0),), (None,)], ["p"]).schema)
    )
    yield "inferred", inferred
    yield (
        "inferred from a Row",
        ctx.outcome(lambda: texts(spark.createDataFrame([(m.Pair(1, None),)]))),
    )
    yield "selected", ctx.outcome(lambda: texts(df.select("p", sf.col("k") + 1).where("k > 1")))
    yield "sorted", ctx.outcome(lambda: texts(df.orderBy(sf.desc("k")).limit(1)))
    yield "null", ctx.outcome(lambda: texts(df.where("p IS NOT NULL")))
    yield "grouped", ctx.outcome(lambda: texts(df.groupBy("p").count()))
    yield "distinct", ctx.outcome(lambda: texts(df.union(df).select("p").distinct()))
    yield "ordered by it", ctx.outcome(lambda: texts(df.orderBy("p")))
    yield "equal", ctx.outcome(lambda: texts(df.select(sf.col("p") == sf.col("p"))))
    yield "less", ctx.outcome(lambda: texts(df.select(sf.col("p") < sf.col("p"))))
    yield "coalesce", ctx.outcome(lambda: texts(df.select(sf.coalesce("p", "p"))))
    yield (
        "first value",
        ctx.outcome(
            lambda: texts(df.where("k=1").groupBy().agg(sf.first("p"), sf.collect_list("p")))
        ),
    )
    yield (
        "joined",
        ctx.outcome(lambda: texts(df.join(df.withColumnRenamed("p", "q"), "k").select("q"))),
    )
    yield "union", ctx.outcome(lambda: plain(df.union(df).schema))
    yield "size", ctx.outcome(lambda: texts(df.select(sf.size("p"))))
    yield "item", ctx.outcome(lambda: texts(df.select(sf.col("p")[0])))
    yield "cast to text", ctx.outcome(lambda: texts(df.select(sf.col("p").cast("string"))))
    yield "cast to array", ctx.outcome(lambda: texts(df.select(sf.col("p").cast("array<double>"))))
    yield "cast to itself", ctx.outcome(lambda: texts(df.select(sf.col("p").cast(m.SpotUDT()))))
    yield (
        "cast from array",
        ctx.outcome(lambda: texts(df.select(sf.array(sf.lit(1.0)).cast(m.SpotUDT())))),
    )
    yield "cast to int", ctx.outcome(lambda: texts(df.select(sf.col("p").cast("int"))))
    yield "unwrapped", df.select(sf.unwrap_udt("p"))
    yield "unwrapped in SQL", ctx.error(lambda: df.selectExpr("unwrap_udt(p)"))
    yield "unwrapped of none", ctx.error(lambda: df.select(sf.unwrap_udt("k")).collect())
    yield "typeof", ctx.outcome(lambda: texts(df.selectExpr("typeof(p)")))
    yield "json", ctx.outcome(lambda: texts(df.select(sf.to_json(sf.struct("p")))))
    pairs = spark.createDataFrame(
        [(m.Pair(1, 2),), (m.Pair(3, None),)], StructType([StructField("q", m.PairUDT())])
    )
    yield "pairs", ctx.outcome(lambda: texts(pairs))
    yield "pairs' tree", ctx.printed(pairs.printSchema)
    yield "pairs shown", ctx.shown(pairs)
    yield "pair's field", ctx.outcome(lambda: texts(pairs.select("q.a")))
    yield "unwrapped pair", pairs.select(sf.unwrap_udt("q"))
    nested = StructType(
        [
            StructField("l", ArrayType(m.SpotUDT())),
            StructField("m", MapType(StringType(), m.SpotUDT())),
            StructField("s", StructType([StructField("p", m.SpotUDT())])),
        ]
    )
    one = m.Spot(1.0, 2.0)
    deep = spark.createDataFrame([([one, None], {"a": one}, (one,))], nested)
    yield "nested", ctx.outcome(lambda: texts(deep))
    yield "nested schema", plain(deep.schema)
    yield "nested shown", ctx.shown(deep, truncate=False)
    yield "exploded", ctx.outcome(lambda: texts(deep.select(sf.explode("l"))))

    yield "to pandas", ctx.outcome(lambda: repr(df.toPandas()["p"].tolist()))
    yield "wrong value", ctx.error(lambda: spark.createDataFrame([(1, 2)], schema))
    path = ctx.path("spots")
    df.coalesce(1).write.parquet(path)
    back = spark.read.parquet(path)
    yield "read back", ctx.outcome(lambda: texts(back))
    yield "schema read back", plain(back.schema)
    yield "as json", ctx.outcome(lambda: df.coalesce(1).write.json(ctx.path("js")))
    yield "json lines", ctx.texts("js")
    yield "as csv", ctx.error(lambda: df.write.csv(ctx.path("cs")))
    yield "as orc", ctx.outcome(lambda: df.write.orc(ctx.path("os")))
    yield (
        "view",
        ctx.outcome(
            lambda: (df.createOrReplaceTempView("spots"), texts(spark.sql("SELECT p FROM spots")))[
                1
            ]
        ),
    )
    yield (
        "table",
        ctx.outcome(lambda: (df.write.saveAsTable("spots_t"), texts(spark.table("spots_t")))[1]),
    )
    yield "ddl", ctx.error(lambda: spark.createDataFrame([], "p udt"))
    yield "row", ctx.outcome(lambda: repr(df.first().p.x))
    yield "localIterator", ctx.outcome(lambda: sorted(repr(r.p) for r in df.toLocalIterator()))
    yield (
        "schema from json",
        ctx.outcome(lambda: StructType.fromJson(df.schema.jsonValue()) == df.schema),
    )
