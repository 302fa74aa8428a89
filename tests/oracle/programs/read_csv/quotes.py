"""Quotes, escapes and separators as Spark's CSV parser takes them."""

LINES = [
    '1,"a ""b"" c",x',
    '2,"a \\"b\\" c",x',
    '3,a"b,x',
    '4,"a"b,x',
    "5,'a,b',x",
    '6,"",x',
    '7," sp ace ",x',
    "8, lead and trail ,x",
    '9,"back\\\\slash",x',
    '10,"open,x',
]
SCHEMA = "id string, a string, b string, c string"


def run(spark, ctx):
    path = ctx.write_lines("a.csv", LINES)
    read = spark.read.schema(SCHEMA)
    yield "default", read.csv(path)
    yield "escape is quote", read.csv(path, escape='"')
    yield "single quote", read.csv(path, quote="'")
    yield "no quote", read.csv(path, quote="")
    fresh = spark.read.schema(SCHEMA)
    yield "trimmed", fresh.csv(path, ignoreLeadingWhiteSpace=True, ignoreTrailingWhiteSpace=True)
    for handling in [
        "STOP_AT_CLOSING_QUOTE",
        "BACK_TO_DELIMITER",
        "STOP_AT_DELIMITER",
        "SKIP_VALUE",
        "RAISE_ERROR",
    ]:
        got = spark.read.schema(SCHEMA).option("unescapedQuoteHandling", handling).csv(path)
        yield handling, ctx.outcome(lambda got=got: [list(row) for row in got.collect()])
    other = ctx.write_lines("b.csv", ["1|a|b", '2|"x|y"|z', "3||", "#4|c|d"])
    yield "sep", spark.read.csv(other, sep="|")
    yield "comment", spark.read.csv(other, sep="|", comment="#")
    tabs = ctx.write_lines("c.csv", ["1\ta\tb", "2\tx,y\tz"])
    yield "tab", spark.read.csv(tabs, sep="\\t")
    long = ctx.write_lines("d.csv", ["1||a||b", "2||x|y||z"])
    yield "long sep", spark.read.csv(long, sep="||")
    yield "empty sep", ctx.error(lambda: spark.read.csv(long, sep="").collect())
    yield "quote too long", ctx.error(lambda: spark.read.csv(long, quote="ab").collect())
