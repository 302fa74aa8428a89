"""How is a `udf` made, what is it, and what is refused?"""

import functools

from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, StringType


def twice(x):
    """Doubles."""
    return x * 2


class Adds:
    def __call__(self, x):
        return x


def run(spark, ctx):
    df = spark.range(3)

    @F.udf
    def plain(x):
        return x

    @F.udf()
    def called(x):
        return x

    @F.udf("int")
    def by_text(x):
        return x

    @F.udf(returnType=IntegerType())
    def by_type(x):
        return x

    for name, f in [("plain", plain), ("called", called), ("text", by_text), ("type", by_type)]:
        yield name, [f.__name__, str(f.returnType), f.evalType, f.deterministic]
    f = F.udf(twice, "long")
    yield "is", [f.__name__, f.__doc__, f.func(4), f.returnType.simpleString(), f.evalType]
    yield "no arrow", F.udf(twice, "long", useArrow=False).evalType
    yield (
        "names",
        df.select(f("id"), F.udf(Adds())("id"), F.udf(functools.partial(max, 1))("id")).columns,
    )
    g = f.asNondeterministic()
    yield "nondeterministic", [f.deterministic, g.deterministic, g.__name__]
    yield "nondeterministic rows", df.select(g("id"))
    yield "nondeterministic agg", ctx.error(lambda: df.agg(F.sum(g("id"))).collect())
    yield "default", df.select(F.udf(lambda x: x)("id").alias("x")).schema.simpleString()
    yield "string type", str(F.udf(twice).returnType == StringType())
    for label, make in [
        ("not a type", lambda: F.udf(twice, 5)),
        ("not a function", lambda: F.udf(5)("id")),
        ("not DDL", lambda: F.udf(twice, "foo")("id")),
        ("not a column", lambda: f(5)),
        ("unknown column", lambda: df.select(f("nope"))),
        ("in group", lambda: df.groupBy().agg(f("id")).collect()),
        ("ungrouped", lambda: df.groupBy(df.id % 2).agg(f("id")).collect()),
    ]:
        yield label, ctx.error(make)
    yield "in where text", df.where(F.udf(lambda x: x > 1, "boolean")("id"))
    yield "where not boolean", ctx.error(lambda: df.where(f("id")))
