"""Functions that are not there, with too few arguments or with wrong ones."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, "x", [1])], "a int, s string, l array<int>")
    df.createOrReplaceTempView("t")
    for text in [
        "no_such(a)",
        "upper()",
        "upper(s, s)",
        "sum(s, a)",
        "count()",
        "sum(l)",
        "avg(l)",
        "a + l",
        "s + 1",
        "a AND true",
        "NOT a",
        "-l",
        "l = 1",
        "a = l",
        "date_format(a)",
        "hour(l)",
        "substring(s)",
        "round(s)",
        "round(l)",
        "max()",
        "coalesce()",
        "coalesce(a, l)",
        "if(a, 1, 2)",
        "array(1, l)",
        "s[0]",
        "l['x']",
        "a.b",
        "size(a)",
        "window(a, '1 hour')",
        "year(a)",
        "concat(l, a)",
        "a LIKE l",
        "a IN (l)",
        "explode(a)",
        "abs(l)",
        "date_add(s, 'x')",
        "max(map(1, 2))",
        "sum(DISTINCT)",
        "upper(DISTINCT s)",
        "row_number()",
        "sum(sum(a))",
        "a BETWEEN l AND 2",
    ]:
        yield (
            text,
            ctx.outcome(
                lambda text=text: [
                    list(map(str, row)) for row in spark.sql(f"SELECT {text} FROM t").collect()
                ]
            ),
        )
    yield "call", ctx.error(lambda: df.select(F.sum(df.l)))
    yield "unknown by expr", ctx.error(lambda: df.select(F.expr("nope(a)")))
