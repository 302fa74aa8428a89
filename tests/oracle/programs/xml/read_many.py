"""A document with more rows than a batch holds."""


def run(spark, ctx):
    rows = "".join(f'<row id="{i}"><a>{i % 7}</a><b>t &amp; {i}</b></row>\n' for i in range(20000))
    path = ctx.write_bytes("many.xml", f"<r>\n{rows}</r>".encode())
    frame = spark.read.xml(path, rowTag="row")
    yield "schema", frame.schema.simpleString()
    yield "sums", frame.selectExpr("count(*)", "sum(_id)", "sum(a)", "count(distinct b)", "max(b)")
    yield "last", ctx.ordered(frame.where("_id >= 19998").orderBy("_id"))
    torn = ctx.write_bytes("torn.xml", f"<r>\n{rows}<row><a>1</row></r>".encode())
    reader = spark.read.schema("_id int, _corrupt_record string")
    yield (
        "torn",
        reader.xml(torn, rowTag="row").selectExpr(
            "count(*)", "sum(_id)", "count(_corrupt_record)", "max(length(_corrupt_record))"
        ),
    )
