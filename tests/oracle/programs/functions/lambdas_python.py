"""Functions of lambdas with Python callables: names of columns, captured columns, errors."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [
            (1, [1, 2, 3], ["a", "b"], {"x": 1, "y": 2}, 10),
            (2, [], None, {}, None),
            (3, None, ["c"], None, 30),
        ],
        "id int, xs array<int>, ss array<string>, m map<string, int>, n int",
    )
    columns = {
        "transform": F.transform("xs", lambda x: x + 1),
        "transform by index": F.transform("xs", lambda x, i: x * i),
        "captured": F.transform("xs", lambda x: x + F.col("n")),
        "captured of the frame": F.transform(df.xs, lambda x: x + df.n),
        "a constant": F.transform("xs", lambda _: F.lit(0)),
        "when": F.transform("xs", lambda x: F.when(x > 1, "big").otherwise("small")),
        "filter": F.filter("xs", lambda x: x > 1),
        "filter by index": F.filter("xs", lambda x, i: i > 0),
        "exists": F.exists("xs", lambda x: x > 2),
        "forall": F.forall("xs", lambda x: x > 0),
        "aggregate": F.aggregate("xs", F.lit(0), lambda a, x: a + x),
        "aggregate and finish": F.aggregate("xs", F.lit(0.0), lambda a, x: a + x, lambda a: a / 2),
        "reduce": F.reduce("xs", F.lit(0), lambda a, x: a + x),
        "aggregate of a struct": F.aggregate(
            "xs",
            F.struct(F.lit(0).alias("count"), F.lit(0.0).alias("sum")),
            lambda a, x: F.struct((a["count"] + 1).alias("count"), (a["sum"] + x).alias("sum")),
            lambda a: a["sum"] / a["count"],
        ),
        "zip_with": F.zip_with("xs", "ss", lambda x, s: F.concat_ws("_", x, s)),
        "map_filter": F.map_filter("m", lambda k, v: v > 1),
        "map_zip_with": F.map_zip_with("m", "m", lambda k, a, b: a + b),
        "transform_keys": F.transform_keys("m", lambda k, v: F.upper(k)),
        "transform_values": F.transform_values(
            "m", lambda k, v: F.when(k == "x", v * 2).otherwise(v)
        ),
        "array_sort": F.array_sort("xs"),
        "array_sort by": F.array_sort("xs", lambda a, b: b - a),
        "nested": F.transform(
            "xs", lambda x: F.transform("ss", lambda s: F.concat(s, x.cast("string")))
        ),
        "a field": F.transform(F.array(F.struct("id", "n")), lambda x: x.id),
        "get item": F.transform(F.array(F.struct("id", "n")), lambda x: x["n"]),
        "alias": F.transform("xs", lambda x: x + 1).alias("ys"),
        "expr": F.expr("transform(xs, x -> x + n)"),
        "call_function": F.call_function("transform", F.col("xs"), F.col("n")),
    }
    for label, column in columns.items():
        yield (
            label,
            ctx.outcome(
                lambda c=column: [df.select(c).columns, sorted(map(str, df.select(c).collect()))]
            ),
        )
        yield f"type of {label}", ctx.outcome(lambda c=column: df.select(c).schema.simpleString())
    calls = {
        "no parameter": lambda: F.transform("xs", lambda: F.lit(1)),
        "three parameters": lambda: F.transform("xs", lambda x, y, z: x),
        "four parameters": lambda: F.transform("xs", lambda x, y, z, w: x),
        "star": lambda: F.transform("xs", lambda *x: F.lit(1)),
        "keyword only": lambda: F.transform("xs", lambda *, x: F.lit(1)),
        "default value": lambda: F.transform("xs", lambda x, y=1: x + y),
        "no column": lambda: F.transform("xs", lambda x: 1),
        "None": lambda: F.filter("xs", lambda x: None),
        "not a function": lambda: F.transform("xs", 1),
        "no column to look at": lambda: F.transform(1, lambda x: x),
    }
    for label, call in calls.items():
        yield label, ctx.outcome(lambda call=call: df.select(call()).schema.simpleString())
    shown = {
        "shown transform": F.filter("xs", lambda x: x > 1),
    }
    for label, column in shown.items():
        yield label, ctx.outcome(lambda c=column: str(df.select(c).schema.names))
    yield "filter rows", df.where(F.exists("xs", lambda x: x > 2)).select("id")
    yield "with_column", df.withColumn("ys", F.transform("xs", lambda x: x * 2)).select("id", "ys")
    yield (
        "grouped",
        df.groupBy(F.size(F.filter("xs", lambda x: x > 1)).alias("k")).agg(F.count("*").alias("c")),
    )
    yield (
        "collected",
        df.agg(F.transform(F.sort_array(F.collect_list("n")), lambda x: x + 1).alias("v")),
    )
    wrong = {
        "wrong type": lambda: df.select(F.transform("id", lambda x: x)),
        "not a condition": lambda: df.select(F.filter("xs", lambda x: x + 1)),
        "unknown column": lambda: df.select(F.transform("xs", lambda x: x + F.col("q"))),
    }
    for label, call in wrong.items():
        yield label, _condition(call)


def _condition(call):
    """The variables' names in a message have numbers that go on from call to call."""
    try:
        call()
    except Exception as error:
        return [type(error).__name__, error.getCondition()]
    return None
