"""What do `arrow_udf`s see and give?"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import functions as F

SQL = """
select 1 a, 2.5D d, 'x' e, date'2020-01-02' g, timestamp'2020-01-02 03:04:05' h, 1.50BD i,
  array(1, 2) j, map('a', 1) k, struct(1 as x, 'b' as y) l, x'00' o,
  timestamp_ntz'2020-01-01 00:00:00' p, array(timestamp'2020-01-02 03:04:05') s
"""


def last(call):
    try:
        return call()
    except Exception as error:
        return [type(error).__name__, error.getCondition(), str(error).strip().splitlines()[-1]]


def run(spark, ctx):
    df = spark.range(5)

    @F.arrow_udf("long")
    def plus(x: pa.Array) -> pa.Array:
        return pc.add(x, 1)

    @F.arrow_udf("long")
    def parts(xs: Iterator[pa.Array]) -> Iterator[pa.Array]:
        for x in xs:
            yield pc.multiply(x, 2)

    @F.arrow_udf("struct<a:long,b:string>")
    def pair(x: pa.Array, y: pa.Array) -> pa.Array:
        return pa.StructArray.from_arrays([x, pc.cast(y, pa.string())], names=["a", "b"])

    yield "array", df.select(plus("id"), plus(plus("id")).alias("n"))
    yield "iterator", df.select(parts("id").alias("n"), "id")
    yield "struct", df.select(pair("id", "id").alias("p")).select("p.*")
    yield "where", df.where(plus("id") > 3)
    yield "named", df.select(plus(x="id"))
    see = F.arrow_udf(lambda x: pa.array([f"{x.type} {x.to_pylist()}"] * len(x)), "string")
    values = spark.sql(SQL)
    for name in values.columns:
        yield f"sees {name}", last(lambda: values.select(see(name)).collect()[0][0])
    for label, make in [
        ("short", lambda x: x[:1]), ("text", lambda x: x.cast("string")),
        ("letters", lambda x: pa.array(["a"] * len(x))), ("float", lambda x: pc.multiply(x, 1.5)),
        ("number", lambda x: 5), ("nulls", lambda x: pa.nulls(len(x))),
    ]:  # fmt: skip
        f = F.arrow_udf(make, "long")
        yield f"gives {label}", last(lambda: df.select(f("id").alias("n")).collect())
    few = F.arrow_udf(lambda xs: iter([next(xs)]), "long", F.ArrowUDFType.SCALAR_ITER)
    yield "one batch", df.select(few("id").alias("n"))
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "2")
    yield "of several", last(lambda: spark.range(0, 5, 1, 1).select(few("id")).collect())
    twice = F.arrow_udf(
        lambda xs: (y for x in xs for y in (x, x)), "long", F.ArrowUDFType.SCALAR_ITER
    )
    yield "too many", last(lambda: spark.range(0, 5, 1, 1).select(twice("id")).collect())
    spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")
