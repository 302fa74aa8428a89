"""Escapes, letters beyond ASCII, comments, quotes and what Spark's options allow of them."""


def run(spark, ctx):
    path = ctx.write_lines(
        "a.json",
        [
            r'{"s":"tab\tnew\nline\"quote\\ \/ \u00e9 \ud83d\ude00"}',
            '{"s":"caudal é ñ 河 😀"}',
            '{"s":""}',
            '{"\\u0073":"escaped name"}',
            '{"s":"  spaces  "}',
        ],
    )
    df = spark.read.schema("s string").json(path)
    yield "rows", df
    yield "shown", ctx.shown(df, truncate=False)
    odd = ctx.write_lines(
        "odd.json",
        [
            "{'s':'single'}",
            '{s:"bare"}',
            '{"s":"x"} // note',
            '/* note */ {"s":"y"}',
            '{"s":"\\q"}',
            '{"s":"a\tb"}',
            '{"s":01}',
            '{"s":+1}',
            '{"s":"x",}',
        ],
    )
    schema = "s string, _corrupt_record string"
    yield "by default", spark.read.schema(schema).json(odd)
    for option in [
        "allowSingleQuotes",
        "allowUnquotedFieldNames",
        "allowComments",
        "allowBackslashEscapingAnyCharacter",
        "allowUnquotedControlChars",
        "allowNumericLeadingZeros",
    ]:
        for value in [True, False]:
            df = spark.read.schema(schema).option(option, value).json(odd)
            yield f"{option}={value}", df
