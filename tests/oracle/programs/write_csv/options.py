"""What do the other options of the CSV and text writers change, and which are refused?"""


def run(spark, ctx):
    count = iter(range(1000))
    df = spark.sql(
        "SELECT DATE '2024-02-03' d, TIMESTAMP '2024-02-03 04:05:06.789' t,"
        " TIMESTAMP_NTZ '2024-02-03 04:05:06.789' n, 'é<€>/' s, cast(null as int) z"
    )

    def written(fmt, df, **options):
        name = f"out{next(count)}"
        encoding = options.get("encoding", "utf-8")
        df.coalesce(1).write.format(fmt).options(**options).save(ctx.path(name))
        return [ctx.files(name), ctx.texts(name, encoding)]

    for options in (
        {},
        {"dateFormat": "dd/MM/yyyy"},
        {"timestampFormat": "yyyy/MM/dd HH:mm"},
        {"timestampNTZFormat": "HH:mm:ss.SSS dd"},
        {"timeZone": "America/New_York"},
        {"encoding": "UTF-16LE"},
        {"encoding": "ISO-8859-1"},
        {"encoding": "nosuch"},
        {"header": "maybe"},
        {"sep": "\\t"},
        {"sep": "\\x"},
        {"quote": "ab"},
        {"escape": "ab"},
        {"lineSep": ""},
        {"lineSep": "ab"},
        {"lineSep": "abc"},
        {"compression": "gzip"},
        {"compression": "brotli"},
        {"nosuchoption": "1"},
        {"extension": "dat"},
        {"extension": "tsv"},
        {"extension": "a1"},
    ):
        yield f"csv {options}", ctx.outcome(lambda o=options: written("csv", df, **o))
    lines = spark.createDataFrame([("a",), ("é",), ("",), (None,), ("x\ny",)], "t string")
    for options in (
        {},
        {"lineSep": "|"},
        {"lineSep": "||"},
        {"lineSep": ""},
        {"compression": "bzip2"},
        {"compression": "what"},
        {"encoding": "UTF-16LE"},
    ):
        yield f"text {options}", ctx.outcome(lambda o=options: written("text", lines, **o))
    yield "text, empty", written("text", lines.limit(0))
    yield "text, two columns", ctx.error(lambda: written("text", df))
    yield "text, a number", ctx.error(lambda: written("text", spark.range(1)))
    yield "text, no column", ctx.error(lambda: written("text", spark.range(1).select()))
    parts = spark.sql("SELECT * FROM VALUES ('a', 1), ('b', 2) AS t(v, k)")
    parts.write.partitionBy("k").text(ctx.path("parts"))
    yield "text, partitions", [ctx.files("parts"), ctx.texts("parts")]
