"""Reading XML files: records that do not fit, in the three modes; files that are no XML."""

BAD = b"""<r>
<row><a>1</a><b>x</b></row>
<row><a>z</a><b>y</b></row>
<row k="q"><a>3</a></row>
</r>"""
TORN = b"<r><row><a>1</a></row><row><a>2</b></row><row><a>3</a></row></r>"
CUT = b"<r><row><a>1</a></row><row><a>2</a>"
CUT_BETWEEN = b"<r><row><a>1</a></row>"
ENTITY = b"<r><row><a>1</a></row><row><a>&nope;</a></row><row><a>3</a></row></r>"
AMPERSAND = b"<r><row><a>1</a></row><row><a>x & y</a></row><row><a>3</a></row></r>"
JUNK = b"just text"
OUTSIDE = b"<r><row><a>1</a></row><x></y><row><a>2</a></row></r>"
LATIN = "<r><row><a>caf\u00e9</a></row></r>".encode("latin-1")


def run(spark, ctx):
    files = {
        "bad": BAD,
        "torn": TORN,
        "cut": CUT,
        "cut between": CUT_BETWEEN,
        "entity": ENTITY,
        "ampersand": AMPERSAND,
        "junk": JUNK,
        "outside": OUTSIDE,
        "latin": LATIN,
    }
    for name, content in files.items():
        path = ctx.write_bytes(f"{name}.xml", content)

        def read(schema=None, path=path, **options):
            reader = spark.read.options(**{"rowTag": "row", **options})
            if schema:
                reader = reader.schema(schema)
            return reader.xml(path)

        # What Spark says of bytes that are no text names the task.
        if name != "latin":
            yield (
                f"{name} inferred",
                ctx.outcome(lambda read=read: (read().schema.simpleString(), rows(read()))),
            )
            for mode in ("DROPMALFORMED", "FAILFAST"):
                yield (
                    f"{name} {mode} inferred",
                    ctx.outcome(lambda read=read, mode=mode: read(mode=mode).schema.simpleString()),
                )
        yield (
            f"{name} corrupt",
            ctx.outcome(lambda read=read: rows(read("a int, b string, _corrupt_record string"))),
        )
        yield (
            f"{name} named corrupt",
            ctx.outcome(
                lambda read=read: rows(
                    read("c string, a int, _k int", columnNameOfCorruptRecord="c")
                )
            ),
        )
        yield f"{name} permissive", ctx.outcome(lambda read=read: rows(read("a int, _k int")))
        yield f"{name} strings", ctx.outcome(lambda read=read: rows(read("a string")))
        yield (
            f"{name} DROPMALFORMED",
            ctx.outcome(lambda read=read: rows(read("a int, _k int", mode="DROPMALFORMED"))),
        )
        yield (
            f"{name} FAILFAST",
            ctx.outcome(lambda read=read: rows(read("a int, _k int", mode="FAILFAST"))),
        )
    path = ctx.path("bad.xml")
    reader = spark.read.option("rowTag", "row")
    yield (
        "only corrupt",
        ctx.error(
            lambda: (
                reader.schema("a int, _corrupt_record string")
                .xml(path)
                .select("_corrupt_record")
                .collect()
            )
        ),
    )
    yield (
        "pruned",
        ctx.outcome(
            lambda: rows(
                reader.schema("a int, b string, _corrupt_record string")
                .xml(path)
                .select("b", "_corrupt_record")
            )
        ),
    )
    yield "count", ctx.outcome(lambda: reader.schema("a int, b string").xml(path).count())
    yield (
        "corrupt type",
        ctx.error(lambda: reader.schema("a int, _corrupt_record int").xml(path).collect()),
    )
    yield (
        "bad xsd",
        ctx.error(
            lambda: (
                reader.option("rowValidationXSDPath", "/no/such.xsd")
                .schema("a int")
                .xml(path)
                .collect()
            )
        ),
    )


def rows(frame):
    return [tuple(row) for row in frame.collect()]
