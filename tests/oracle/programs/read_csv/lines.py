"""Line ends, multi-line values, encodings, and limits on columns and their lengths."""


def run(spark, ctx):
    text = "a string, b string"
    mixed = ctx.write_bytes("ends.csv", b"1,x\r\n2,y\r3,z\n\n4,w")
    yield "line ends", spark.read.schema(text).csv(mixed)
    own = ctx.write_bytes("own.csv", b"1,x;2,y;3,z\n;")
    yield "lineSep", spark.read.schema(text).csv(own, lineSep=";")
    yield "long lineSep", ctx.error(lambda: spark.read.csv(own, lineSep="123").collect())
    yield "empty lineSep", ctx.error(lambda: spark.read.csv(own, lineSep="").collect())
    many = ctx.write_bytes("many.csv", b'a,b\r\n1,"x\r\ny"\n2,"p\n\nq"\n\n3,z\n')
    yield "multiLine", spark.read.csv(many, multiLine=True, header=True)
    yield "not multiLine", spark.read.csv(many, header=True)
    yield "multiLine with schema", spark.read.schema(text).csv(many, multiLine=True)
    latin = ctx.write_bytes("latin.csv", "1,é\n2,ñ\n".encode("latin-1"))
    yield "latin as UTF-8", spark.read.schema(text).csv(latin)
    yield "latin", spark.read.schema(text).csv(latin, encoding="ISO-8859-1")
    wide = ctx.write_bytes("wide.csv", "1,é\n2,ñ\n".encode("utf-16-le"))
    yield (
        "utf-16",
        spark.read.schema(text).csv(wide, encoding="UTF-16LE", multiLine=True),
    )
    yield (
        "unknown encoding",
        ctx.error(lambda: spark.read.csv(latin, encoding="nosuch").collect()),
    )
    long = ctx.write_lines("long.csv", ["1," + "x" * 30, "2,y"])
    yield (
        "maxCharsPerColumn",
        ctx.error(
            lambda: (
                spark.read.schema(text).csv(long, maxCharsPerColumn=10, mode="FAILFAST").collect()
            )
        ),
    )
    yield (
        "maxColumns",
        ctx.error(
            lambda: (
                spark.read.schema("a int")
                .csv(ctx.write_lines("cols.csv", ["1,2,3,4"]), maxColumns=2, mode="FAILFAST")
                .collect()
            )
        ),
    )
    yield "bad flag", ctx.error(lambda: spark.read.csv(long, header="maybe").collect())
    yield "bad number", ctx.error(lambda: spark.read.csv(long, maxColumns="x").collect())
