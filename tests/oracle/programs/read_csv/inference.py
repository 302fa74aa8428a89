"""Which type does inferSchema find for a column?"""

COLUMNS = {
    "int": ["1", "2", ""],
    "long": ["1", "3000000000"],
    "decimal": ["1", "12345678901234567890"],
    "huge": ["1", "123456789012345678901234567890123456789012"],
    "double": ["1", "2.5"],
    "exponent": ["1e5", "2"],
    "boolean": ["true", "False"],
    "mixed": ["true", "1"],
    "date": ["2020-01-02", "2020-01-03"],
    "date and time": ["2020-01-02", "2020-01-03 10:11:12"],
    "timestamp": ["2020-01-02 03:04:05", "2020-01-02T03:04:05Z"],
    "number and date": ["1", "2020-01-02"],
    "nothing": ["", ""],
    "text": ["a", "1"],
    "spaces": [" 1", "2 "],
    "nan": ["NaN", "1"],
    "minus zero": ["-0", "+1"],
    "year": ["2020", "1999"],
    "long decimal": ["1.5", "12345678901234567890"],
}


def run(spark, ctx):
    for name, texts in COLUMNS.items():
        path = ctx.write_lines(f"{name}.csv", [f"{i},{text}" for i, text in enumerate(texts)])
        yield name, spark.read.csv(path, inferSchema=True)
    path = ctx.write_lines("f.csv", ["02/01/2020,1", "03/01/2020,2"])
    yield "date format", spark.read.csv(path, inferSchema=True, dateFormat="dd/MM/yyyy")
    yield "timestamp format", spark.read.csv(path, inferSchema=True, timestampFormat="dd/MM/yyyy")
    yield "no preferDate", spark.read.option("preferDate", False).csv(path, inferSchema=True)
    empty = ctx.write_bytes("empty.csv", b"")
    yield "empty file", ctx.outcome(lambda: spark.read.csv(empty).schema.simpleString())
    yield "empty with header", ctx.outcome(lambda: spark.read.csv(empty, header=True).count())
    head = ctx.write_lines("head.csv", ["a,b"])
    yield "only a header", spark.read.csv(head, header=True, inferSchema=True)
    spark.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    moments = ctx.write_lines("m.csv", ["2020-01-02 03:04:05"])
    yield "ntz", spark.read.csv(moments, inferSchema=True)
    spark.conf.unset("spark.sql.timestampType")
