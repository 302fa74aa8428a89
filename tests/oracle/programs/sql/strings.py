"""Quotes of both kinds, escapes, raw strings, joined literals, and identifiers between double quotes."""


def run(spark, ctx):
    for text in [
        r"""SELECT "double", 'single', "it's", 'say "x"'""",
        r"""SELECT 'it\'s', "a\"b", 'a''b', 'tab\tend', 'nl\nend', 'back\\slash', '\u00e9', '\x41'""",
        r"""SELECT r'raw\n', 'joined' ' ' 'text'""",
        r"""SELECT 'per\%cent', 'under\_score', length('\%')""",
        r"""SELECT '' AS empty, '河' AS wide""",
        r"""SELECT X'1aFF' AS b, DATE '2016-07-26' AS d, TIMESTAMP '2016-07-26 02:45:07' AS t, 1e3, 1.5e-2D, .5, 5., 1L, 2S, 3Y, 4BD""",
        r"""SELECT true, FALSE, null, -5, +5, - - 5""",
        r"""SELECT "a" = 'a' AS same""",
        r"""SELECT 1 AS "quoted alias" """,
        r"""SELECT 'open""",
    ]:
        yield (
            text,
            ctx.outcome(lambda text=text: [spark.sql(text).dtypes, list(spark.sql(text).first())]),
        )
