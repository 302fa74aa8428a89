"""spark.read.xml of texts that a program holds."""


def run(spark, ctx):
    texts = [
        "<p><a>1</a></p>",
        "<q k='2'><a>2</a><b>x</b></q>",
        "<p>\n <a>3</a>\n</p>",
        "",
        " ",
        "x",
        "<r><p><a>4</a></p><p><a>5</a></p></r>",
        "<p><a>z</a></p>",
        "<p><a>6</a>",
    ]
    good = texts[:3]

    def read(values, schema=None, **options):
        reader = spark.read.options(**options)
        if schema:
            reader = reader.schema(schema)
        return reader.xml(spark.sparkContext.parallelize(values, 1))

    yield "inferred", ctx.outcome(lambda: shown(read(good)))
    yield "row tag", ctx.outcome(lambda: shown(read(good, rowTag="p")))
    yield "other row tag", ctx.outcome(lambda: shown(read(texts, "a int", rowTag="row")))
    yield "all inferred", ctx.outcome(lambda: shown(read(texts)))
    yield "schema", ctx.outcome(lambda: shown(read(texts, "a int, _corrupt_record string")))
    yield "no corrupt", ctx.outcome(lambda: shown(read(texts, "a int, b string")))
    yield "dropped", ctx.outcome(lambda: shown(read(texts, "a int", mode="DROPMALFORMED")))
    yield "failfast", ctx.outcome(lambda: shown(read(good, "a int", mode="FAILFAST")))
    yield "none", ctx.outcome(lambda: shown(read([], "a int")))
    frame = spark.createDataFrame([(text,) for text in good], "t string")
    yield "frame", ctx.outcome(lambda: shown(spark.read.xml(frame)))
    yield "two columns", ctx.error(lambda: spark.read.xml(frame.selectExpr("t", "t as u")))


def shown(frame):
    return [frame.schema.simpleString(), [tuple(row) for row in frame.collect()]]
