"""Writing XML files: the text of every type, options, tags, folders, and reading it again."""

import datetime


def run(spark, ctx):
    rows = spark.createDataFrame(
        [
            (
                1,
                "x & <y>",
                [1, None],
                {"k": "v"},
                datetime.date(2020, 1, 2),
                datetime.datetime(2020, 1, 2, 3, 4, 5, 600000),
            ),
            (None, None, None, None, None, None),
            (
                3,
                "caf\u00e9 \u20ac",
                [],
                {},
                datetime.date(1, 1, 1),
                datetime.datetime(1969, 12, 31, 23, 59, 59),
            ),
        ],
        "a int, b string, c array<int>, d map<string, string>, e date, f timestamp",
    ).coalesce(1)

    def written(name, frame=rows, **options):
        frame.write.mode("overwrite").options(**options).xml(ctx.path(name))
        return [ctx.files(name), ctx.texts(name)]

    yield "plain", written("plain", rowTag="row")
    yield "default tag", ctx.outcome(lambda: written("default"))
    for label, options in {
        "root": {"rootTag": "root"},
        "root attributes": {"rootTag": "root a='1' b=\"2\""},
        "no declaration": {"declaration": ""},
        "declaration": {"declaration": "version='1.0'"},
        "array": {"arrayElementName": "el"},
        "null": {"nullValue": "null"},
        "no indent": {"indent": ""},
        "tab": {"indent": "\t"},
        "dates": {"dateFormat": "dd/MM/yyyy", "timestampFormat": "HH:mm"},
        "zone": {"timeZone": "Asia/Tokyo"},
        "gzip": {"compression": "gzip"},
        "bzip2": {"compression": "bzip2"},
        "unknown": {"nosuch": "1"},
    }.items():
        yield label, written(label, rowTag="row", **options)
    for label, options in {
        "codec": {"compression": "nosuch"},
        "encoding": {"encoding": "nosuch"},
        "row": {"rowTag": "<row>"},
        "prefix": {"attributePrefix": ""},
        "tag": {"rowTag": ""},
        "latin": {"encoding": "ISO-8859-1"},
        "wide": {"encoding": "UTF-16"},
    }.items():
        yield (
            f"refused {label}",
            ctx.outcome(
                lambda label=label, options=options: attempt(rows, ctx.path(f"r{label}"), options)
            ),
        )
    latin = rows.select("b")
    latin.write.option("rowTag", "row").option("encoding", "ISO-8859-1").xml(ctx.path("latin"))
    yield "latin text", ctx.texts("latin", "latin-1")
    latin.write.option("rowTag", "row").option("charset", "UTF-16BE").xml(ctx.path("wide"))
    yield "wide text", ctx.texts("wide", "utf-16-be")
    attributes = spark.sql(
        "select 1 as _id, 'v' as _VALUE, named_struct('_k', 2, 'x', 3) as s union all "
        "select null, null, null"
    ).coalesce(1)
    yield "attributes", written("attributes", attributes, rowTag="row")
    yield (
        "attributes @",
        written(
            "attributes2",
            attributes.selectExpr("_id as `@id`", "_VALUE as text").coalesce(1),
            rowTag="row",
            attributePrefix="@",
            valueTag="text",
        ),
    )
    nested = spark.sql(
        "select array(array(1, 2), array()) as a, map('m', map('n', 1)) as m, "
        "array(named_struct('x', 1, 'y', null)) as s, cast(null as string) as z, "
        "interval '1' day as i"
    ).coalesce(1)
    yield "nested", written("nested", nested.drop("i"), rowTag="row")
    yield "interval", fails(nested, ctx.path("i"))
    binary = spark.sql("select X'4142' as a").coalesce(1)
    yield "binary", ctx.outcome(lambda: written("binary", binary, rowTag="row"))
    empty = rows.where("a > 100")
    yield "empty", written("empty", empty, rowTag="row")
    yield "empty no indent", written("empty2", empty, rowTag="row", indent="")
    many = spark.createDataFrame([(1, "a"), (2, "b"), (3, "a")], "n int, k string").coalesce(1)
    many.write.partitionBy("k").option("rowTag", "row").xml(ctx.path("parts"))
    yield "partitions", [ctx.files("parts"), ctx.texts("parts")]
    yield "partitions read", spark.read.option("rowTag", "row").xml(ctx.path("parts"))
    many.write.format("xml").option("rowTag", "row").save(ctx.path("saved"))
    yield "saved", ctx.texts("saved")
    yield "exists", ctx.error(lambda: many.write.option("rowTag", "row").xml(ctx.path("saved")))
    many.write.mode("append").option("rowTag", "row").xml(ctx.path("saved"))
    yield "appended", spark.read.option("rowTag", "row").xml(ctx.path("saved"))
    many.write.option("maxRecordsPerFile", 2).option("rowTag", "row").xml(ctx.path("cut"))
    yield "cut", ctx.texts("cut")
    many.write.xml(
        ctx.path("arguments"),
        rowTag="r",
        mode="overwrite",
        rootTag="all",
        declaration="",
        nullValue="-",
    )
    yield "arguments", ctx.texts("arguments")
    yield (
        "round trip",
        (
            spark.read.option("rowTag", "row")
            .schema("a int, b string, c array<int>, d map<string, string>, e date, f timestamp")
            .xml(ctx.path("plain"))
        ),
    )
    spark.sql(
        f"create table t using xml options (rowTag 'row', path '{ctx.path('table')}') "
        "as select 1 as a, 'x' as b"
    )
    try:
        spark.sql("insert into t values (2, 'y')")
        yield "table", spark.table("t").orderBy("a").collect()
    finally:
        spark.sql("drop table t")
    yield "bad name", fails(spark.sql("select 1 as `a b`"), ctx.path("bad"))
    yield (
        "unchecked name",
        ctx.outcome(
            lambda: written(
                "unchecked",
                spark.sql("select 1 as `a b`").coalesce(1),
                rowTag="row",
                validateName="false",
            )
        ),
    )


def attempt(frame, path, options):
    frame.write.options(**options).xml(path)
    return "written"


def fails(frame, path):
    """Whether it fails: Spark's message names the task that did."""
    try:
        frame.write.xml(path, rowTag="row")
    except Exception:
        return True
    return False
