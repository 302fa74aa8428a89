"""How does each type look in a written CSV line, and when are values quoted?"""


def run(spark, ctx):
    def written(name, df, **options):
        df.coalesce(1).write.options(**options).csv(ctx.path(name))
        return ctx.texts(name)

    df = spark.sql(
        """
        SELECT * FROM VALUES
          (1, true, 1Y, 1.5F, 2.5D, 12.340, 'plain', X'6162', DATE '2024-02-29',
           TIMESTAMP '2024-01-02 03:04:05.678901', TIMESTAMP_NTZ '1999-12-31 23:59:59'),
          (2, false, -1Y, -0.0F, 1e300D, -0.001, '', X'', DATE '0001-01-01',
           TIMESTAMP '1900-01-01 00:00:00', TIMESTAMP_NTZ '2024-01-02 03:04:05.1'),
          (3, null, null, null, null, null, null, null, null, null, null)
        AS t(i, bo, b, f, d, dec, st, bin, da, ts, ntz)
        """
    ).orderBy("i")
    yield "scalars", written("scalars", df)
    yield "with a header", written("header", df, header=True)
    yield "names", ctx.files("scalars")
    texts = [
        "",
        " ",
        "  a b ",
        "a,b",
        'a"b',
        '"a"',
        "'a'",
        "a\\b",
        "a\nb",
        "a\r\nb",
        "a\tb",
        "#c",
        "null",
        "é€",
        "a;b",
        '"',
        '""',
        'x"',
        "\\",
        ",",
        " lead",
        "trail ",
        'a\\"b',
        "\u0000",
        None,
    ]
    strings = spark.createDataFrame(list(enumerate(texts)), "i int, s string").orderBy("i")
    yield "strings", written("strings", strings)
    only = strings.select("s")
    yield "one column", written("one", only)
    for options in (
        {"quoteAll": True},
        {"escapeQuotes": False},
        {"quote": "'"},
        {"quote": ""},
        {"escape": '"'},
        {"escape": "/"},
        {"sep": ";"},
        {"sep": "\t"},
        {"sep": "||"},
        {"delimiter": "|"},
        {"nullValue": "NULL"},
        {"emptyValue": "EMPTY"},
        {"emptyValue": ""},
        {"nullValue": "-", "emptyValue": "-"},
        {"ignoreLeadingWhiteSpace": False},
        {"ignoreTrailingWhiteSpace": False},
        {"ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False},
        {"charToEscapeQuoteEscaping": "+"},
        {"comment": "#"},
        {"lineSep": "|"},
        {"quoteAll": True, "nullValue": "n"},
        {"header": True, "quoteAll": True},
    ):
        name = "o" + str(abs(hash(str(options))))
        yield f"strings {options}", ctx.outcome(lambda n=name, o=options: written(n, strings, **o))
    floats = spark.sql("SELECT float('NaN') n, double('Infinity') i, double('-Infinity') m")
    yield "floats", written("floats", floats)
    intervals = spark.sql(
        "SELECT INTERVAL '1-2' YEAR TO MONTH ym, INTERVAL '3 04:05:06.5' DAY TO SECOND dt"
    )
    yield "intervals", written("intervals", intervals)
    yield "empty", written("empty", spark.range(0))
    yield "empty files", ctx.files("empty")
    yield "empty with a header", written("emptyheader", spark.range(0), header=True)
    yield (
        "names of columns",
        written("cols", spark.sql('SELECT 1 `a b`, 2 `c,d`, 3 `e"f`, 4 ` g `'), header=True),
    )
