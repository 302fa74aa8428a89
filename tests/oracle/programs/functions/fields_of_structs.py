"""Column.withField and dropFields: new, replaced, nested, in arrays, nulls, errors."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [(1, (1, "x", (10, 20))), (2, None), (3, (None, None, None))],
        "id int, s struct<a: int, b: string, n: struct<p: int, q: int>>",
    )
    columns = {
        "new": df.s.withField("c", F.lit(5)),
        "replaced": df.s.withField("a", F.col("s.a") + 1),
        "replaced by another type": df.s.withField("a", F.lit("t")),
        "other case": df.s.withField("A", F.lit(7)),
        "nested": df.s.withField("n.p", F.lit(0)),
        "nested new": df.s.withField("n.r", F.col("id")),
        "chained": df.s.withField("c", F.lit(1)).withField("d", F.lit(2)),
        "null": df.s.withField("c", F.lit(None)),
        "dropped": df.s.dropFields("b"),
        "dropped two": df.s.dropFields("a", "b"),
        "dropped nested": df.s.dropFields("n.q"),
        "dropped what is not there": df.s.dropFields("zz"),
        "dropped other case": df.s.dropFields("B"),
        "dropped then added": df.s.dropFields("b").withField("b", F.lit(1)),
        "dotted name": df.s.withField("`x.y`", F.lit(1)),
        "alias": df.s.withField("c", F.lit(5)).alias("t"),
        "field of it": df.s.withField("c", F.lit(5)).getField("c"),
        "of a literal struct": F.struct(F.lit(1).alias("a")).withField("b", F.lit(2)),
        "in an array": F.transform(
            F.array("s"), lambda x: x.withField("a", F.lit(0)).dropFields("n")
        ),
        "nested path of two": df.s.withField("n", F.col("s.n").withField("p", F.lit(3))),
    }
    for label, column in columns.items():
        try:
            out = df.select("id", column)
            out.collect()
        except Exception as error:
            yield label, ctx.failure(error)
            continue
        yield label, out
    errors = {
        "all dropped": lambda: df.select(df.s.dropFields("a", "b", "n")),
        "of an int": lambda: df.select(df.id.withField("a", F.lit(1))),
        "drop of an int": lambda: df.select(df.id.dropFields("a")),
        "nested in no struct": lambda: df.select(df.s.withField("a.x", F.lit(1))),
        "nested in nothing": lambda: df.select(df.s.withField("zz.x", F.lit(1))),
        "no name": lambda: df.select(df.s.withField(1, F.lit(1))),
        "no column": lambda: df.select(df.s.withField("a", 1)),
        "shown": lambda: str(df.s.withField("a", F.lit(1))),
        "shown drop": lambda: str(df.s.dropFields("a", "b")),
        "unknown column": lambda: df.select(df.s.withField("a", F.col("nope"))),
    }
    for label, call in errors.items():
        yield label, ctx.outcome(lambda call=call: str(call()))
    two = spark.sql("SELECT named_struct('a', 1, 'a', 2, 'b', 3) AS s")
    for label, make in {
        "two of a name": lambda: two.select(two.s.withField("a", F.lit(9))),
        "two of a name dropped": lambda: two.select(two.s.dropFields("a")),
    }.items():
        yield (
            label,
            ctx.outcome(lambda make=make: [make().schema.simpleString(), str(make().collect())]),
        )
