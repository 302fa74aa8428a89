"""What does to(schema) change, and what does it refuse?"""

from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, LongType, StringType, StructField, StructType

of = StructType.fromDDL


def run(spark, ctx):
    df = spark.createDataFrame(
        [(1, "x", (1, "in"))], "a INT, b STRING, s STRUCT<p: INT, q: STRING>"
    )
    yield "order", df.to(of("b STRING, a INT"))
    yield "wider", df.to(of("a BIGINT"))
    yield "to text", df.to(of("a STRING"))
    yield "case", df.to(of("A INT"))
    yield "missing nullable", df.to(of("a INT, z DATE"))
    yield "nested", df.to(of("s STRUCT<q: STRING, p: BIGINT, r: INT>"))
    yield (
        "missing required",
        ctx.error(lambda: df.to(StructType([StructField("z", LongType(), False)]))),
    )
    yield (
        "null to required",
        ctx.error(lambda: df.to(StructType([StructField("a", IntegerType(), False)]))),
    )
    yield "narrower", ctx.error(lambda: df.to(of("b INT")))
    yield (
        "long to int",
        ctx.outcome(lambda: df.select(F.lit(2**40).alias("n")).to(of("n INT")).collect()),
    )
    yield "int to timestamp", ctx.error(lambda: df.to(of("a TIMESTAMP")))
    required = spark.range(2).to(StructType([StructField("id", LongType(), False)]))
    yield "required stays", required
    yield "required to nullable", spark.range(2).to(of("id BIGINT"))
    noted = StructType([StructField("b", StringType(), True, {"k": "v"})])
    yield "metadata", df.to(noted)
    same = df.select("a", F.col("b").alias("a"))
    yield "ambiguous", ctx.error(lambda: same.to(of("a INT")))
    yield (
        "arrays",
        spark.sql("SELECT array(1) AS x, map('k', 1) AS m").to(
            of("x ARRAY<BIGINT>, m MAP<STRING, BIGINT>")
        ),
    )
