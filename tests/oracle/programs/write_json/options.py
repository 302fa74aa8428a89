"""What do the options of the JSON writer change, and which values are refused?"""


def run(spark, ctx):
    count = iter(range(1000))
    df = spark.sql(
        "SELECT DATE '2024-02-03' d, TIMESTAMP '2024-02-03 04:05:06.789' t,"
        " TIMESTAMP_NTZ '2024-02-03 04:05:06.789' n, 'é<€>/' s, cast(null as int) z"
    )

    def written(**options):
        name = f"out{next(count)}"
        encoding = options.get("encoding", "utf-8")
        df.coalesce(1).write.options(**options).json(ctx.path(name))
        return [ctx.files(name), ctx.texts(name, encoding)]

    for options in (
        {},
        {"dateFormat": "dd/MM/yyyy"},
        {"timestampFormat": "yyyy/MM/dd HH:mm"},
        {"timestampNTZFormat": "HH:mm:ss.SSS dd"},
        {"timeZone": "America/New_York"},
        {"timeZone": "+05:30", "timestampFormat": "yyyy-MM-dd HH:mm:ss XXX VV"},
        {"timeZone": "Nowhere/Town"},
        {"lineSep": "|"},
        {"lineSep": "\r\n"},
        {"lineSep": ""},
        {"encoding": "UTF-16LE"},
        {"encoding": "ISO-8859-1"},
        {"charset": "ISO-8859-1"},
        {"encoding": "nosuch"},
        {"ignoreNullFields": "false"},
        {"ignoreNullFields": "perhaps"},
        {"writeNonAsciiCharacterAsCodePoint": "true"},
        {"pretty": "true"},
        {"locale": "de", "dateFormat": "d MMMM yyyy"},
        {"dateFormat": "q"},
        {"timestampFormat": "uuuuu YY"},
        {"compression": "gzip"},
        {"compression": "GZIP"},
        {"compression": "bzip2"},
        {"compression": "deflate"},
        {"compression": "none"},
        {"compression": "uncompressed"},
        {"compression": "brotli"},
        {"nosuchoption": "1"},
    ):
        yield str(options), ctx.outcome(lambda options=options: written(**options))
    for codec in ("lz4", "snappy", "zstd"):
        name = f"codec-{codec}"

        def names(name=name, codec=codec):
            df.coalesce(1).write.json(ctx.path(name), compression=codec)
            return ctx.files(name)

        yield f"names, {codec}", ctx.outcome(names)
        yield (
            f"read, {codec}",
            ctx.outcome(lambda name=name: spark.read.json(ctx.path(name)).collect()),
        )
    arguments = ctx.path("arguments")
    df.coalesce(1).write.json(
        arguments, mode="overwrite", dateFormat="yyyy", lineSep="#", ignoreNullFields=False
    )
    yield "arguments", ctx.texts("arguments")
    spark.conf.set("spark.sql.jsonGenerator.ignoreNullFields", "false")
    yield "setting of nulls", written()
    spark.conf.unset("spark.sql.jsonGenerator.ignoreNullFields")
