"""Texts of each type in CSV: numbers, booleans, dates, times, what stands for null."""

NUMBERS = ["1", "-5", "+7", "300", "1.0", " 2", "", "abc", "NaN", "Inf", "-Inf", "1e3", "1,000"]


def run(spark, ctx):
    path = ctx.write_lines("n.csv", [f'{i};"{text}"' for i, text in enumerate(NUMBERS)])
    for kind in ["byte", "short", "int", "long", "float", "double", "decimal(6,2)"]:
        yield kind, spark.read.schema(f"i int, v {kind}").csv(path, sep=";")
    flags = ["true", "FALSE", "1", "t", "yes", "", "null"]
    path = ctx.write_lines("b.csv", [f"{i},{text}" for i, text in enumerate(flags)])
    yield "boolean", spark.read.schema("i int, v boolean").csv(path)
    days = ["2020-01-02", "2020-1-2", "2020-13-01", "2020-01-02T03:04:05", "20200102", "x", "2020"]
    path = ctx.write_lines("d.csv", [f"{i},{text}" for i, text in enumerate(days)])
    yield "date", spark.read.schema("i int, v date").csv(path)
    yield "date by format", spark.read.schema("i int, v date").csv(path, dateFormat="yyyyMMdd")
    moments = [
        "2020-01-02 03:04:05",
        "2020-01-02T03:04:05.123456Z",
        "2020-01-02T03:04:05+02:00",
        "2020-01-02",
        "02/01/2020 03:04",
        "x",
    ]
    path = ctx.write_lines("t.csv", [f"{i},{text}" for i, text in enumerate(moments)])
    for kind in ["timestamp", "timestamp_ntz"]:
        yield kind, spark.read.schema(f"i int, v {kind}").csv(path)
    yield (
        "timestamp by format",
        spark.read.schema("i int, v timestamp").csv(path, timestampFormat="dd/MM/yyyy HH:mm"),
    )
    yield "text", spark.read.schema("i int, v string").csv(path)
    yield "binary", spark.read.schema("i int, v binary").csv(path)
    bad = ctx.error(lambda: spark.read.schema("i int, v array<int>").csv(path))
    yield "array", bad
    yield "struct", ctx.error(lambda: spark.read.schema("v struct<a int>").csv(path))
    spaced = ctx.write_lines("s.csv", ["1,2 days", "2,x"])
    yield (
        "interval",
        ctx.outcome(
            lambda: [
                list(map(str, r))
                for r in spark.read.schema("i int, v interval day").csv(spaced).collect()
            ]
        ),
    )
