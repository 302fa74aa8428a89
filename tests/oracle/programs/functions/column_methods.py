"""Methods of Column and calls of functions by name, with their errors."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [(5, "caudal", [1, 2], (1, "p"))], "a int, s string, l array<int>, t struct<x:int,y:string>"
    )
    yield (
        "text",
        df.select(
            df.s.substr(2, 3),
            df.s.startswith("c"),
            df.s.endswith("l"),
            df.s.ilike("CAU%"),
            df.s.rlike("^c"),
        ),
    )
    yield "reach", df.select(df.l.getItem(0), df.l[1], df.t.x, df.t["y"], df.t.getField("x"))
    yield (
        "bits",
        df.select(df.a.bitwiseOR(2), df.a.bitwiseXOR(1), F.bitwise_not(df.a), F.shiftleft("a", 1)),
    )
    yield (
        "fields",
        df.select(df.t.withField("z", F.lit(1)).alias("t"), df.t.dropFields("y").alias("u")),
    )
    yield "alias", df.select(df.a.alias("n", metadata={"unit": "m"}), df.a.name("m"))
    yield "call_function", df.select(F.call_function("upper", df.s), F.expr("lower(s)"))
    yield (
        "python operators",
        df.select(
            10 - df.a,
            10 / df.a,
            10 % df.a,
            2**df.a,
            df.a // 2 if hasattr(df.a, "__floordiv__") else df.a,
        ),
    )
    yield "condition as a truth", ctx.error(lambda: bool(df.a > 1))
    yield "and of Python", ctx.error(lambda: (df.a > 1) and (df.a < 3))
    yield "in of Python", ctx.error(lambda: 1 in df.a)
    yield "iterated", ctx.error(lambda: list(df.a))
    yield "slice of another kind", ctx.error(lambda: df.s.substr(1, F.lit(2)))
    yield "a number for a column", ctx.error(lambda: F.upper(1))
    yield "unknown function", ctx.error(lambda: df.select(F.call_function("no_such", df.s)))
    yield "field that is not there", ctx.error(lambda: df.select(df.t.nope))
