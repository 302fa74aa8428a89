"""How is a `pandas_udf` or `arrow_udf` made, and what is refused?"""

import warnings
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
from pyspark.sql import functions as F
from pyspark.sql.functions import ArrowUDFType, PandasUDFType
from pyspark.sql.types import LongType


def plain(x):
    return x


def hinted(x: pd.Series) -> pd.Series:
    return x


def half(x: pd.Series):
    return x


def numbers(x: int) -> int:
    return x


def agg(x: pd.Series) -> float:
    return x.mean()


def parts(xs: Iterator[pd.Series]) -> float:
    return sum(x.sum() for x in xs)


def arrays(x: pa.Array) -> pa.Array:
    return x


def array_agg(x: pa.Array) -> float:
    return 1.0


def batches(xs: Iterator[pa.Array]) -> Iterator[pa.Array]:
    yield from xs


def none():
    return 1


def many(*xs):
    return xs[0]


def run(spark, ctx):
    warnings.simplefilter("ignore")
    df = spark.range(3)
    for f in (plain, hinted, agg, parts, many):
        yield f"pandas {f.__name__}", F.pandas_udf(f, "double").evalType
    for f in (plain, arrays, array_agg, batches, many):
        yield f"arrow {f.__name__}", F.arrow_udf(f, "double").evalType
    for f in (plain, hinted, arrays, agg):
        yield f"udf {f.__name__}", F.udf(f, "double").evalType
        yield f"udf with arrow {f.__name__}", F.udf(f, "double", useArrow=True).evalType
    yield "kind", F.pandas_udf(plain, "long", PandasUDFType.SCALAR_ITER).evalType
    yield "kind of arrow", F.arrow_udf(plain, "long", ArrowUDFType.GROUPED_AGG).evalType
    made = F.pandas_udf("long", PandasUDFType.SCALAR)(plain)
    yield "decorator", [made.evalType, str(made.returnType), made.__name__]
    made = F.pandas_udf(LongType())(hinted)
    yield "decorator hinted", df.select(made("id"))
    for label, make in [
        ("half", lambda: F.pandas_udf(half, "long")),
        ("numbers", lambda: F.pandas_udf(numbers, "long")),
        ("arrays as pandas", lambda: F.pandas_udf(arrays, "long")),
        ("series as arrow", lambda: F.arrow_udf(hinted, "long")),
        ("no type", lambda: F.pandas_udf(hinted)),
        ("no arrow type", lambda: F.arrow_udf(arrays)),
        ("bad kind", lambda: F.pandas_udf(plain, "long", 999)),
        ("bad arrow kind", lambda: F.arrow_udf(plain, "long", 200)),
        ("bad type", lambda: F.pandas_udf(plain, 5)),
        ("no arguments", lambda: F.pandas_udf(none, "long")),
        ("no arrow arguments", lambda: F.arrow_udf(none, "long")),
        ("struct of agg", lambda: F.pandas_udf(agg, "a int")),
        ("type of map", lambda: F.pandas_udf(plain, "interval month")),
    ]:
        yield label, ctx.error(make)
    yield (
        "register",
        ctx.error(
            lambda: spark.udf.register(
                "g", F.pandas_udf(plain, "a long", PandasUDFType.GROUPED_MAP)
            )
        ),
    )
    spark.udf.register("plus_pandas", F.pandas_udf(lambda x: x + 1, "long"))
    yield "sql", spark.sql("select plus_pandas(id) as n from range(3)")
    spark.udf.register("mean_pandas", F.pandas_udf(agg, "double"))
    yield "sql agg", spark.sql("select id % 2 k, mean_pandas(id) m from range(5) group by id % 2")
    yield (
        "sql over",
        spark.sql("select id, mean_pandas(id) over (partition by id % 2) m from range(5)"),
    )
