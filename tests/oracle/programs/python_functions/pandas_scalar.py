"""What do scalar `pandas_udf`s see and give, by hints and by kind?"""

from collections.abc import Iterator

import pandas as pd
from pyspark.sql import functions as F

SQL = """
select 1 a, 2L b, 1.5F c, 2.5D d, 'x' e, true f, date'2020-01-02' g,
  timestamp'2020-01-02 03:04:05' h, 1.50BD i, array(1, 2) j, map('a', 1) k,
  struct(1 as x, 'b' as y) l, cast(1 as byte) m, cast(null as int) n, x'00' o,
  timestamp_ntz'2020-01-01 00:00:00' p, cast(null as string) q, cast(null as boolean) r,
  array(timestamp'2020-01-02 03:04:05') s, map('a', timestamp'2020-01-02 03:04:05') t,
  struct(timestamp'2020-01-02 03:04:05' as x) u, cast(3 as short) v
"""


def described(x):
    if isinstance(x, pd.DataFrame):
        text = f"frame { ({str(c): str(t) for c, t in x.dtypes.items()}) } {x.to_dict('records')}"
    else:
        text = f"{x.name} {x.dtype} {[repr(v) for v in x]}"
    return pd.Series([text] * len(x))


def run(spark, ctx):
    df = spark.range(5)

    @F.pandas_udf("long")
    def plus(x: pd.Series) -> pd.Series:
        return x + 1

    @F.pandas_udf("a long, b string")
    def pair(x: pd.Series, y: pd.Series) -> pd.DataFrame:
        return pd.DataFrame({"b": y.astype(str), "a": x})

    @F.pandas_udf("long")
    def of_struct(x: pd.DataFrame) -> pd.Series:
        return x["a"] + x["b"].str.len()

    @F.pandas_udf("long")
    def parts(xs: Iterator[pd.Series]) -> Iterator[pd.Series]:
        total = 0
        for x in xs:
            yield x + total
            total += 100

    @F.pandas_udf("long")
    def products(xs: Iterator[tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:
        for x, y in xs:
            yield x * y

    yield "kinds", [plus.evalType, pair.evalType, parts.evalType, products.evalType]
    yield "series", df.select(plus("id"), plus(plus("id")).alias("n"))
    yield "frame", df.select(pair("id", df.id * 2).alias("p")).select("p.*", "p")
    yield "struct", df.select(of_struct(pair("id", "id")).alias("n"))
    yield "iterator", df.select(parts("id"), products("id", F.lit(3)), "id")
    yield "where", df.where(plus("id") > 3)
    yield (
        "mixed",
        df.select(
            plus(F.udf(lambda x: x * 2, "long")("id")).alias("n"), F.udf(lambda x: x)(plus("id"))
        ),
    )
    see = F.pandas_udf(described, "string")
    values = spark.sql(SQL)
    for name in values.columns:
        yield f"sees {name}", ctx.outcome(lambda: values.select(see(name)).collect()[0][0])
    nulls = spark.createDataFrame(
        [(1, 1.5, "a", True), (None, None, None, None)], "a int, b double, c string, d boolean"
    )
    for name in nulls.columns:
        yield f"nulls {name}", nulls.select(see(name).alias("s"))
    length = F.pandas_udf(lambda x: pd.Series([len(x)] * len(x)), "int")
    big = spark.range(0, 25000, 1, 1).select(length("id").alias("n"))
    yield "batches", big.groupBy("n").count()
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "3")
    small = spark.range(0, 7, 1, 1)
    yield "small batches", small.select(length("id").alias("n"))
    yield "small iterator", small.select(parts("id").alias("n"))
    spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")
    for kind in (
        "int",
        "double",
        "string",
        "boolean",
        "timestamp",
        "array<int>",
    ):
        for label, make in [
            ("itself", lambda x: x), ("half", lambda x: x + 0.5), ("text", lambda x: x.astype(str)),
            ("whole", lambda x: x * 1.0), ("none", lambda x: pd.Series([None] * len(x))),
            ("lists", lambda x: pd.Series([[1, 2]] * len(x))),
            ("category", lambda x: x.astype("category")),
            ("dates", lambda x: pd.Series(pd.to_datetime(["2020-01-02"] * len(x)))),
        ]:  # fmt: skip
            yield (
                f"{kind} of {label}",
                said(lambda: df.where("id > 3").select(F.pandas_udf(make, kind)("id")).collect()),
            )


def said(call):
    try:
        return repr(call()[0][0])
    except Exception as error:
        return [type(error).__name__, str(error).strip().splitlines()[-1]]
