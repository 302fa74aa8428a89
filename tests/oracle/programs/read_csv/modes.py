"""Malformed CSV rows by mode, with and without a column for the record."""

LINES = ["1,2020-01-01,x", "bad,2020-01-02,y", "3", "4,2020-01-04,z,more", "5,never,w", ",,"]
SCHEMA = "id int, day date, s string"
CORRUPT = SCHEMA + ", _corrupt_record string"


def run(spark, ctx):
    path = ctx.write_lines("a.csv", LINES)
    yield "permissive", spark.read.schema(SCHEMA).csv(path)
    yield "corrupt column", spark.read.schema(CORRUPT).csv(path)
    yield "corrupt column, some", spark.read.schema(CORRUPT).csv(path).select("id", "s")
    first = "_corrupt_record string, " + SCHEMA
    yield "corrupt column first", spark.read.schema(first).csv(path)
    named = spark.read.schema(SCHEMA + ", bad string")
    yield "named", named.csv(path, columnNameOfCorruptRecord="bad")
    only = spark.read.schema(CORRUPT).csv(path)
    yield (
        "only the corrupt column",
        ctx.error(lambda: only.select("_corrupt_record").collect()),
    )
    wrong = spark.read.schema(SCHEMA + ", _corrupt_record int")
    yield "corrupt column of a wrong type", ctx.error(lambda: wrong.csv(path).collect())
    dropping = spark.read.schema(SCHEMA).option("mode", "DROPMALFORMED")
    yield "dropmalformed", dropping.csv(path)
    yield "dropmalformed, one column", dropping.csv(path).select("s")
    yield "dropmalformed, count", dropping.csv(path).groupBy().count()
    failing = spark.read.schema(SCHEMA).option("mode", "FAILFAST")
    yield "failfast", ctx.error(lambda: failing.csv(path).collect())
    short = ctx.write_lines("b.csv", ["1,2020-01-01,x", "3"])
    yield "failfast, short", ctx.error(lambda: failing.csv(short).collect())
    yield "unknown mode", spark.read.schema(SCHEMA).csv(path, mode="nosuch")
    spark.conf.set("spark.sql.columnNameOfCorruptRecord", "broken")
    yield "by setting", spark.read.schema(SCHEMA + ", broken string").csv(path)
    spark.conf.unset("spark.sql.columnNameOfCorruptRecord")
    spark.conf.set("spark.sql.csv.parser.columnPruning.enabled", "false")
    yield "without pruning", dropping.csv(path).select("s")
    spark.conf.unset("spark.sql.csv.parser.columnPruning.enabled")
