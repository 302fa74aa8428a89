"""What does a query say of a `udf` that raises?"""

from pyspark.sql import functions as F


def last(call):
    try:
        return call()
    except Exception as error:
        text = str(error).strip().splitlines()
        return [type(error).__name__, error.getCondition(), text[0], text[-1]]


def boom(x):
    if x == 2:
        raise ValueError(f"no {x}")
    return x


def run(spark, ctx):
    df = spark.range(4)
    for label, arrow in (("arrow", True), ("pickled", False)):
        f = F.udf(boom, "long", useArrow=arrow)
        yield f"{label} raises", last(lambda: df.select(f("id")).collect())
        yield f"{label} filtered", last(lambda: df.where("id < 2").select(f("id")).collect()) == [
            (0,), (1,)
        ]  # fmt: skip
        yield f"{label} in where", last(lambda: df.where(f("id") > 0).count())
        key = F.udf(lambda x: {}["k"], useArrow=arrow)
        yield f"{label} key", last(lambda: df.select(key("id")).collect())
        zero = F.udf(lambda x: 1 // x, "int", useArrow=arrow)
        guarded = F.when(df.id > 0, zero("id")).otherwise(0)
        yield f"{label} guarded", last(lambda: df.select(guarded).collect())
        few = F.udf(lambda a, b: a, "int", useArrow=arrow)
        yield f"{label} arguments", last(lambda: df.select(few("id")).collect())
        stops = F.udf(lambda x: next(iter([])), "int", useArrow=arrow)
        yield f"{label} stop", last(lambda: df.select(stops("id")).collect())
        unknown = F.udf(lambda x, y: x, "int", useArrow=arrow)
        yield f"{label} name", last(lambda: df.select(unknown("id", z="id")).collect())
