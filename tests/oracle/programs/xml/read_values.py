"""Reading XML files: row tags, inference, schemas, attributes, nesting, many files."""

BOOKS = """<?xml version="1.0" encoding="UTF-8"?>
<!-- books <book id="0"/> -->
<catalog>
  <book id="1" lang="en"><title>One &amp; only</title><price>10.5</price><tag>a</tag><tag>b</tag></book>
  <book id="2"><title>Two</title><price>7</price><extra><x>1</x><y z="2">t</y></extra></book>
  <shelf><book id="3"><title/><price></price><when>2020-01-02T03:04:05</when></book></shelf>
  <book/>
  <other><title>no</title></other>
  <book id="4">text only</book>
  <book id="5"><book id="6"><title>inner</title></book></book>
  <![CDATA[<book id="9"/>]]>
</catalog>
"""


def run(spark, ctx):
    books = ctx.write_bytes("books/books.xml", BOOKS.encode())

    def read(schema=None, path=books, **options):
        reader = spark.read.options(**{"rowTag": "book", **options})
        if schema:
            reader = reader.schema(schema)
        return reader.xml(path)

    yield "inferred", ctx.ordered(read())
    yield "shown", ctx.shown(read(), truncate=False)
    yield "schema", ctx.ordered(read("title string, _id int, price double, _lang string"))
    yield "tags", ctx.ordered(read("_id int, tag array<string>"))
    yield "one tag", ctx.ordered(read("_id int, tag string"))
    yield (
        "nested",
        ctx.ordered(read("_id long, extra struct<x: int, y: struct<_VALUE: string, _z: int>>")),
    )
    yield "count", read().count()
    yield "one column", ctx.ordered(read().select("_id"))
    yield "filter", ctx.ordered(read().where("price > 8").select("title"))
    yield "strings", ctx.ordered(read(inferSchema="false"))
    yield "no attributes", ctx.ordered(read(excludeAttribute="true"))
    yield "root row", ctx.ordered(read(rowTag="catalog").select("other"))
    yield "no such row", ctx.ordered(read(rowTag="nothing"))
    yield "value", ctx.ordered(read("_VALUE string, _id int"))
    yield "format", ctx.ordered(spark.read.format("xml").option("rowTag", "tag").load(books))
    yield "title rows", ctx.ordered(read(rowTag="title"))
    yield "title schema", ctx.ordered(read("_VALUE string", rowTag="title"))
    yield "spaced tag", ctx.ordered(read("_id int", rowTag=" book "))
    yield "row tag by case", ctx.ordered(read("_id int", rowTag="Book"))
    yield "no row tag", ctx.error(lambda: spark.read.xml(books))
    yield "no row tag, schema", ctx.error(lambda: spark.read.schema("a int").xml(books).collect())
    yield "empty row tag", ctx.error(lambda: read("a int", rowTag="").collect())
    ctx.write_bytes("many/a.xml", b"<r><row><a>1</a></row><row><a>2</a></row></r>")
    ctx.write_bytes("many/b.xml", b"<r><row><a>x</a><b>3</b></row></r>")
    ctx.write_bytes("many/c.xml", b"")
    yield "many", read(path=ctx.path("many"), rowTag="row")
    yield "many paths", read(path=[ctx.path("many/a.xml"), ctx.path("many/b.xml")], rowTag="row")
    yield "empty file", read(path=ctx.path("many/c.xml"), rowTag="row")
    ctx.write_bytes("parts/k=1/a.xml", b"<r><row><a>1</a></row></r>")
    ctx.write_bytes("parts/k=2/b.xml", b"<r><row><a>2</a></row></r>")
    yield "partitions", read(path=ctx.path("parts"), rowTag="row")
    yield "partition schema", read("a int, k string", path=ctx.path("parts"), rowTag="row")
    spaced = ctx.write_bytes(
        "spaced.xml",
        b"<r xmlns:n='urn:n'>\n<n:row n:k = ' 1 ' >\n <n:a> 1 </n:a>\n <b>\n x\n </b></n:row >\n"
        b"<n:row\n n:k='2'><n:a>2</n:a><b> <c/> </b></n:row></r>",
    )
    yield "namespaces", ctx.ordered(read(path=spaced, rowTag="n:row"))
    yield "ignored", ctx.ordered(read(path=spaced, rowTag="row", ignoreNamespace="true"))
    yield "ignored kept", ctx.ordered(read(path=spaced, rowTag="n:row", ignoreNamespace="true"))
    yield "local name only", ctx.ordered(read("b string", path=spaced, rowTag="row"))
    yield (
        "spaces kept",
        ctx.ordered(read(path=spaced, rowTag="n:row", ignoreSurroundingSpaces="false")),
    )
    latin = ctx.write_bytes(
        "latin.xml",
        "<?xml version='1.0' encoding='ISO-8859-1'?><r><row><a>café</a></row></r>".encode(
            "latin-1"
        ),
    )
    yield "declared latin", ctx.ordered(read(path=latin, rowTag="row"))
    yield "named latin", ctx.ordered(read(path=latin, rowTag="row", encoding="ISO-8859-1"))
    yield "charset latin", ctx.ordered(read(path=latin, rowTag="row", charset="ISO-8859-1"))
    wide = ctx.write_bytes("wide.xml", "<r><row><a>café</a></row></r>".encode("utf-16"))
    yield "utf-16", ctx.ordered(read(path=wide, rowTag="row", encoding="UTF-16"))
    marked = ctx.write_bytes("marked.xml", b"\xef\xbb\xbf<r><row><a>1</a></row></r>")
    yield "marked", ctx.ordered(read(path=marked, rowTag="row"))
    yield (
        "wrong encoding",
        ctx.error(lambda: read("a string", path=wide, rowTag="row", encoding="nosuch").collect()),
    )
    import gzip

    packed = ctx.write_bytes("packed.xml.gz", gzip.compress(b"<r><row><a>1</a></row></r>"))
    yield "gzip", ctx.ordered(read(path=packed, rowTag="row"))
    roots = ctx.write_bytes("roots.xml", b"<row><a>1</a></row>\n<row><a>2</a></row>\n")
    yield "many roots", ctx.ordered(read(path=roots, rowTag="row"))
    yield "many roots, schema", ctx.ordered(read("a int", path=roots, rowTag="row"))
    yield "sql path", ctx.statement(f"select * from xml.`{books}`")
    spark.sql(
        f"create or replace temporary view v using xml options (path '{books}', rowTag 'book')"
    )
    yield "view", ctx.ordered(spark.sql("select _id, title from v"))
    yield "sampled", ctx.ordered(read(samplingRatio="1.0").select("_id"))
    yield "cases", ctx.ordered(read("TITLE string, _ID int"))
    cased = ctx.write_bytes("cased.xml", b"<r><row><a>1</a><A>2</A></row><row><A>x</A></row></r>")
    yield "merged case", ctx.ordered(read(path=cased, rowTag="row"))
    spark.conf.set("spark.sql.caseSensitive", "true")
    try:
        yield "by case", ctx.snapshot(read(path=cased, rowTag="row"), True)
        yield "by case, schema", ctx.snapshot(read("A string", path=cased, rowTag="row"), True)
    finally:
        spark.conf.unset("spark.sql.caseSensitive")
    yield "file name", ctx.ordered(read("_id int").selectExpr("_id", "_metadata.file_name"))
    yield "not line", ctx.ordered(read("_id int", multiLine="false"))
    yield (
        "variant",
        ctx.outcome(
            lambda: str(read(singleVariantColumn="v").selectExpr("cast(v as string)").collect())
        ),
    )
