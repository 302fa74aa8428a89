"""limit, offset, take, first, head, tail, collect, count, isEmpty, toLocalIterator."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.range(10).orderBy(F.desc("id"))
    empty = spark.range(0)
    yield "limit", ctx.ordered(df.limit(3))
    yield "limit zero", df.limit(0)
    yield "offset", ctx.ordered(df.offset(7))
    yield "both", ctx.ordered(df.offset(2).limit(3))
    yield "limit then offset", ctx.ordered(df.limit(5).offset(3))
    yield "take", df.take(2)
    yield "take more than there is", len(df.take(99))
    yield "first", df.first()
    yield "head", df.head()
    yield "head of one", df.head(1)
    yield "tail", df.tail(2)
    yield "first of nothing", empty.first()
    yield "head of nothing", [empty.head(), empty.head(1)]
    yield "collect of nothing", empty.collect()
    yield "counts", [df.count(), empty.count()]
    yield "isEmpty", [df.isEmpty(), empty.isEmpty()]
    yield "iterator", [row.id for row in df.toLocalIterator()]
    yield "negative limit", ctx.error(lambda: df.limit(-1))
    yield "negative offset", ctx.error(lambda: df.offset(-1))
