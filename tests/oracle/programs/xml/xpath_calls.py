"""xpath functions: names, nulls, empty texts, bad XML, bad paths, wrong types."""

from pyspark.sql import functions as f

BAD_XML = [
    "<a>",
    "<a></b>",
    "a",
    "<a/><b/>",
    "<a/>x",
    " <a/>",
    "<a b=1/>",
    "<a b='1' b='2'/>",
    "<a>&nope;</a>",
    "<a>&amp</a>",
    "<a>&#65;&#x42;</a>",
    "<a>&#0;</a>",
    "<a b='<'/>",
    "<a>]]></a>",
    "<a><!-- -- --></a>",
    "<!DOCTYPE a><a/>",
    '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
    "<?xml version='1.0' encoding='UTF-16'?><a>1</a>",
    " <?xml version='1.0'?><a>1</a>",
    "<p:a>1</p:a>",
    "<a p:b='1'/>",
    "<a><b></a></b>",
    "< a/>",
    "<a\u0001/>",
    "<1a/>",
    "<a b='1'c='2'/>",
    "<a><![CDATA[x]]>",
    "<a><![CDATA[x</a>",
    "<a",
    "",
    " ",
]
PREFIXED = '<p:r p:k="5"><p:a>1</p:a><p:a><p:b>2</p:b></p:a></p:r>'
PREFIXED_PATHS = [
    "r",
    "/r",
    "/r/a[2]/b",
    "//a[1]",
    "//a[b]",
    "descendant::a",
    ".//a",
    "@k",
    "/*/@k",
    "//@k",
    "/*/a",
    "//a/b",
    "//a | //b",
    "//*/a",
    "/descendant-or-self::a",
    "count(//a)",
    "//a//b",
    "*/a",
]
BAD_PATHS = [
    "",
    " ",
    "a[",
    "a]",
    "/a/",
    "//",
    "a//",
    "@",
    "a/@",
    "foo(",
    "foo()",
    "count()",
    "count(1)",
    "count('a', 'b')",
    "sum('a')",
    "$x",
    "a b",
    "1 +",
    "'a",
    "!",
    "a = ",
    "unknown::a",
    "p:a",
    "p:f()",
    "not()",
    "concat('a')",
    "text('a')",
    "..[1]",
    ".[1]",
    "a[]",
    "()",
    "a|1",
    "'a'/b",
    "position('a')",
    "substring('a')",
    "translate('a', 'b')",
    "a::b",
    "//a/'x'",
    "#",
    "a,b",
]


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def run(spark, ctx):
    for text in BAD_XML:
        yield (
            f"xml {text!a}",
            ctx.outcome(
                lambda text=text: spark.sql(
                    f"select xpath_string({quoted(text)}, '//a') v"
                ).first()[0]
            ),
        )
    for path in BAD_PATHS:
        yield (
            f"path {path!a}",
            ctx.outcome(
                lambda path=path: spark.sql(
                    f"select xpath_string('<a>1<b>2</b></a>', {quoted(path)}) v"
                ).first()[0]
            ),
        )
    for name in [
        "",
        "_boolean",
        "_string",
        "_short",
        "_int",
        "_long",
        "_float",
        "_double",
        "_number",
    ]:
        call = f"xpath{name}"
        yield (
            f"{call} nulls",
            ctx.statement(
                f"select {call}(null, 'a') a, {call}('<a/>', null) b, {call}('', 'a') c, "
                f"{call}('<a/>', '') d, {call}('<a>1</a>', 'a') e, {call}('<a>1</a>', 'b') f"
            ),
        )
        yield f"{call} type", ctx.error(lambda call=call: spark.sql(f"select {call}('<a/>')"))
        yield (
            f"{call} scalar path",
            ctx.outcome(
                lambda call=call: spark.sql(f"select {call}('<a>1</a>', 'count(a)') v").first()[0]
            ),
        )
        rows = spark.createDataFrame([("<a>1</a>", "a")], "x string, p string")
        yield (
            f"{call} column path",
            ctx.error(lambda call=call, rows=rows: rows.selectExpr(f"{call}(x, p)")),
        )
        function = getattr(f, call)
        yield f"{call} python", rows.select(function("x", f.lit("a/text()")))
    for text in [
        "xpath_int(1, 'a')",
        "xpath_int('<a/>', 1)",
        "xpath_int(array(1), 'a')",
        "xpath_int('<a/>', concat('a', '[1]'))",
        "xpath('<a/>', 'b', 'c')",
        "xpath_string(cast('<a>1</a>' as binary), 'a')",
    ]:
        yield text, ctx.statement(f"select {text}")
    yield from ctx.expressions(
        [f"xpath_string({quoted(PREFIXED)}, {quoted(path)}) as v" for path in PREFIXED_PATHS]
    )
    rows = spark.createDataFrame(
        [("<a>1</a>",), (None,), ("<a>x</a>",), ("",), ("<b/>",)], "x string"
    )
    yield (
        "rows",
        rows.selectExpr(
            "x",
            "xpath_int(x, 'a') i",
            "xpath_double(x, 'a') d",
            "xpath(x, 'a/text()') l",
            "xpath_boolean(x, 'a') b",
        ),
    )
