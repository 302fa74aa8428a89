"""schema_of_xml: the type of a text, by options; what is refused."""

from pyspark.sql import functions as f

TEXTS = [
    "<p><a>1</a></p>",
    "<p><a>1</a><a>2.5</a></p>",
    "<p><a>1</a><b>x</b><a>y</a></p>",
    "<p k='1'><a j='2'>1</a><b/></p>",
    "<p><a/></p>",
    "<p><a></a><a>1</a></p>",
    "<p><a> </a></p>",
    "<p/>",
    "<p>text</p>",
    "<p>5<a>1</a>6</p>",
    "<p><a><b>1</b></a><a><c>2</c></a></p>",
    "<p><a><b>1</b></a><a>x</a></p>",
    "<p><a k='1'>2</a><a>x</a></p>",
    "<p><a>3</a><a k='1'>2</a></p>",
    "<p><a>true</a><b>FALSE</b><c>yes</c></p>",
    "<p><a>2020-01-02</a><b>2020-01-02T03:04:05</b><c>2020-01-02 03:04:05Z</c><d>03:04</d></p>",
    "<p><a>1.5</a><b>1e3</b><c>1d</c><d>.5</d><e>-5</e><f>+5</f><g>- 5</g><h>NaN</h></p>",
    "<p><a>99999999999</a><b>99999999999999999999</b><c>1,000</c><d>0x1F</d></p>",
    "<p><A>1</A><a>2</a></p>",
    "<n:p><n:a n:k='1'>1</n:a></n:p>",
    "<p><z>1</z><y>2</y><x>3</x></p>",
    "<p><a><b><c d='1'>x<e/></c></b></a></p>",
    "<p><a>pre<b>1</b>post</a></p>",
    "<p><a><![CDATA[5]]></a></p>",
    "<p><a>1</a></p><p><b>1</b></p>",
    "<p><a>1",
    "text",
    "",
    " ",
    "<p><a>1</a><a><b>1</b></a></p>",
    "<p><a><![CDATA[ ]]></a><b> <c/> </b></p>",
    "<p><a>2020-01-02</a><a>2020-01-02T03:04:05</a></p>",
    "<p><a>1</a><a>true</a></p>",
]


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def run(spark, ctx):
    for text in TEXTS:
        yield (
            text,
            ctx.outcome(
                lambda text=text: spark.sql(f"select schema_of_xml({quoted(text)})").first()[0]
            ),
        )
    sample = "<p k='1'><a> 1.5 </a><x:b>true</x:b><c>02/01/2020</c><d>x<e/>y</d></p>"
    for options in [
        {"excludeAttribute": "true"},
        {"attributePrefix": "@"},
        {"valueTag": "val"},
        {"ignoreSurroundingSpaces": "false"},
        {"ignoreNamespace": "true"},
        {"inferSchema": "false"},
        {"prefersDecimal": "true"},
        {"dateFormat": "dd/MM/yyyy"},
        {"timestampFormat": "dd/MM/yyyy"},
        {"preferDate": "false"},
        {"nullValue": "x"},
        {"rowTag": "d"},
        {"nosuch": "1"},
        {"mode": "FAILFAST"},
        {"dateFormat": "dd/MM/yyyy", "preferDate": "false"},
    ]:
        yield (
            str(options),
            ctx.outcome(
                lambda options=options: (
                    spark.range(1).select(f.schema_of_xml(sample, options)).first()[0]
                )
            ),
        )
    for mode in ("PERMISSIVE", "DROPMALFORMED", "FAILFAST"):
        yield (
            f"broken {mode}",
            ctx.outcome(
                lambda mode=mode: (
                    spark.range(1).select(f.schema_of_xml("<p><a>1", {"mode": mode})).first()[0]
                )
            ),
        )
    yield "name", spark.range(1).select(f.schema_of_xml("<p><a>1</a></p>")).columns
    yield "frame", spark.range(1).select(f.schema_of_xml(f.lit("<p><a>1</a></p>")).alias("v"))
    yield "null", ctx.error(lambda: spark.sql("select schema_of_xml(null)"))
    yield "number", ctx.error(lambda: spark.sql("select schema_of_xml(1)"))
    yield (
        "column",
        ctx.error(lambda: spark.sql("select schema_of_xml(t) from values ('<a/>') as v(t)")),
    )
    yield "cast null", ctx.error(lambda: spark.sql("select schema_of_xml(cast(null as string))"))
    yield "none", ctx.error(lambda: spark.sql("select schema_of_xml()"))
    yield "options", ctx.error(lambda: spark.sql("select schema_of_xml('<a/>', 5)"))
    yield "ntz", ctx.outcome(lambda: ntz(spark))


def ntz(spark):
    spark.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    try:
        text = "<p><b>2020-01-02T03:04:05</b><c>2020-01-02 03:04:05Z</c></p>"
        return spark.sql(f"select schema_of_xml('{text}')").first()[0]
    finally:
        spark.conf.unset("spark.sql.timestampType")
