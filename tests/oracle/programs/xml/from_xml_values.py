"""What does from_xml make of texts, by the type that is asked for?"""

from pyspark.sql import functions as f

TEXTS = [
    "<p><a>1</a><b>x</b></p>",
    "<p><a> 1 </a><b> x </b></p>",
    "<p a='5'><a>1</a></p>",
    '<p _a="5"><b>x &amp; y &lt; &#65;</b></p>',
    "<p><b><![CDATA[<raw> & ]]></b></p>",
    "<p><a>1</a><a>2</a><b>x</b><b>y</b></p>",
    "<p><a/><b/></p>",
    "<p><a></a><b>  </b></p>",
    "<p><a>z</a><b>x</b></p>",
    "<p><b><c>1</c><d e='2'>t</d></b></p>",
    "<p><b>pre<c>1</c>post</b></p>",
    "<p>text</p>",
    "<p/>",
    "<p>",
    "<p><a>1</a>",
    "<p><a>1</b></p>",
    "<p><a>1</a></p><p><a>2</a></p>",
    "<?xml version='1.0'?><!-- c --><p><!-- d --><a>1<!-- e --></a></p>",
    "  <p><a>1</a></p>  ",
    "<p><A>7</A></p>",
    "<n:p><n:a>1</n:a></n:p>",
    "<p><a k='v'>1</a></p>",
    "<p><s k='v'>1</s></p>",
    "<p><s><x>1</x><y>2</y></s><s><x>3</x></s></p>",
    "<p><m><k1>1</k1><k2>2</k2></m></p>",
    "<p><m k='9'><k1>1</k1>t</m></p>",
    "<p><u>1</u><a>1</a></p>",
    "<p><u><w><a>5</a></w></u><a>1</a></p>",
    "",
    "  ",
    "x",
    "<p>&nope;</p>",
    "<!DOCTYPE p><p><a>1</a></p>",
    "<p a='1' a='2'/>",
    None,
]

TYPES = [
    "a int, b string",
    "a array<int>, b array<string>",
    "a string, _a int, b struct<c: int, d: struct<_VALUE: string, _e: int>>",
    "a struct<_VALUE: int, _k: string>, _VALUE string",
    "a struct<_VALUE: array<int>>, b struct<_VALUE: array<string>, c: int>",
    "s struct<x: int, y: int, _k: string, _VALUE: string>, m map<string, int>",
    "s array<struct<x: int, y: int>>, m map<string, string>",
    "a int, _corrupt_record string",
    "a int, xs_any string",
    "a int, xs_any array<string>",
    "`n:a` int, A int",
    "b string, u struct<w: struct<a: int>>",
]

SCALARS = {
    "boolean": ["true", "FALSE", "1", "0", "yes", " true ", ""],
    "tinyint": ["1", "-1", "+1", "128", "1.0", "x"],
    "smallint": ["1", "-1", "+1", "40000"],
    "int": ["1", "-1", "+1", "--1", "3000000000", "1.5", "-2147483648", "+-1", " 7"],
    "bigint": ["1", "-9223372036854775808", "9223372036854775808", "+5", "-"],
    "float": [
        "1.5",
        "-1.5",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e3",
        "1,000.5",
        "x",
        "1f",
        "5x",
        "INF",
        "-INF",
    ],
    "double": [
        "1.5",
        "-1.5",
        "+1.5",
        "NaN",
        "-Infinity",
        "1e3",
        "1,000.5",
        "x",
        "1d",
        "5x",
        ".5",
        "0x1p3",
        "INF",
    ],
    "decimal(10,2)": ["1.5", "-1.505", "1,000.25", "x", "123456789012", "1e2"],
    "date": ["2020-01-02", "2020-1-2", "02/01/2020", "2020-01-02T03:04:05", "2020"],
    "timestamp": [
        "2020-01-02 03:04:05",
        "2020-01-02T03:04:05.123456Z",
        "2020-01-02",
        "2020-01-02T03:04:05+02:00",
        "x",
        "1580000000",
    ],
    "timestamp_ntz": ["2020-01-02 03:04:05", "2020-01-02T03:04:05Z", "2020-01-02", "x"],
    "string": ["a", "  a ", "", "<b>1</b><c d='e'>2</c>", "t<b/>u", "null"],
    "binary": ["a"],
    "array<int>": ["1", "x", ""],
    "void": ["1", ""],
    "interval day to second": ["1"],
    "variant": ["1", "<b>1</b>", ""],
}

VARIANTS = [
    "<p><a>1</a><b>1.50</b><c>1e3</c><d>true</d><e>FALSE</e><f>2020-01-02</f><h/><j> x </j></p>",
    "<p>5</p>",
    "<p k=`1`>t</p>",
    "<p/>",
    "<p a=``/>",
    "<p>x<a>1</a>y</p>",
    "<p><a>1</a><A>2</A><a>3</a></p>",
    "<p><a k=`1`/><a>2</a></p>",
    "<p><a>99999999999999999999</a><b>123456789012345678901234567890123456789012</b></p>",
    "<p><c>+5</c><d>-0.0</d><e>NaN</e><f>1d</f><g>0x1F</g><h>1,000</h><i>.5</i><j>5.</j></p>",
    "<p>",
    "<p><a>x</b></p>",
]


def quoted(text):
    return "'" + text.replace("`", '"') + "'"


def run(spark, ctx):
    rows = spark.createDataFrame([(i, text) for i, text in enumerate(TEXTS)], "i int, t string")
    for shown in TYPES:
        yield shown, ctx.ordered(rows.select("i", f.from_xml("t", shown).alias("v")).orderBy("i"))
    for kind, texts in SCALARS.items():
        if kind == "string":
            texts = [*texts, "<b>1<c>2</c></b> tail"]
        # Of constants: what Spark says of a failing task names the task.
        calls = [f"from_xml({quoted(f'<r><v>{text}</v></r>')}, 'v {kind}')" for text in texts]
        if "<" not in "".join(texts):
            calls += [f"from_xml({quoted(f'<r v=`{text}`/>')}, '_v {kind}')" for text in texts]
        yield from ctx.expressions([f"cast({call} as string) as v" for call in calls])
    whole = [f"to_json(from_xml({quoted(text)}, 'variant')) as v" for text in VARIANTS]
    yield from ctx.expressions(whole)
    yield (
        "variants",
        ctx.ordered(
            rows.select(
                f.from_xml("t", "variant").cast("string").alias("v"),
                f.from_xml("t", "a variant, p array<variant>, _VALUE variant").cast("string"),
            ).orderBy("i")
        ),
    )
    yield "name", rows.select(f.from_xml(f.col("t"), "a int")).columns
    yield "schema", rows.select(f.from_xml("t", "a int not null, b array<int>").alias("v"))
    yield "sql", spark.sql("select from_xml('<p><a>1</a></p>', 'a INT') v")
    yield "sql null", spark.sql("select from_xml(null, 'a INT') v")
