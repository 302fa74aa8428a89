"""Table functions about Spark itself, and the readers' singleVariantColumn."""


def run(spark, ctx):
    words = spark.sql("SELECT * FROM sql_keywords()")
    yield "sql_keywords schema", words.schema.jsonValue()
    yield "sql_keywords", [tuple(row) for row in words.orderBy("keyword").collect()]
    yield "sql_keywords by call", spark.tvf.sql_keywords().count() == words.count()
    yield (
        "sql_keywords reserved",
        spark.sql("SELECT count(*) c FROM sql_keywords() WHERE reserved").collect(),
    )
    yield "sql_keywords argument", ctx.statement("SELECT * FROM sql_keywords(1)")
    yield (
        "collations",
        ctx.statement("SELECT * FROM collations() WHERE NAME LIKE 'UTF8%' ORDER BY NAME"),
    )
    yield "SHOW COLLATIONS", ctx.statement("SHOW COLLATIONS LIKE 'UTF8*'")
    yield "python_worker_logs", ctx.statement("SELECT * FROM python_worker_logs()")
    spark.conf.set("spark.sql.pyspark.worker.logging.enabled", "true")
    yield "python_worker_logs on", ctx.statement("SELECT * FROM python_worker_logs()")
    spark.conf.unset("spark.sql.pyspark.worker.logging.enabled")
    lines = [
        '{"a": 1, "b": {"c": [1, 2.5, null]}}',
        '[1, "x"]',
        '"text"',
        "3",
        "",
        '{"a": ',
        '{"a": 1} x',
        "null",
        '{"a": 1, "a": 2}',
        "{}",
    ]
    path = ctx.write_lines("v/one.json", lines)
    good = ctx.write_lines("w/one.json", lines[:4])
    for mode in ("PERMISSIVE", "DROPMALFORMED", "FAILFAST"):
        read = spark.read.option("mode", mode).option("singleVariantColumn", "v")
        yield (
            f"json {mode}",
            ctx.outcome(
                lambda read=read: [
                    row[0] for row in read.json(path).selectExpr("to_json(v)").collect()
                ]
            ),
        )
    df = spark.read.option("singleVariantColumn", "v").json(good)
    yield "json schema", df.schema.jsonValue()
    yield (
        "json rows",
        ctx.snapshot(
            df.selectExpr(
                "to_json(v) j", "schema_of_variant(v) s", "variant_get(v, '$.a', 'int') a"
            )
        ),
    )
    yield (
        "json with a schema",
        ctx.outcome(
            lambda: (
                spark.read.schema("v variant")
                .option("singleVariantColumn", "v")
                .json(good)
                .selectExpr("to_json(v)")
                .collect()
            )
        ),
    )
    yield (
        "json with another schema",
        ctx.outcome(
            lambda: (
                spark.read.schema("a int").option("singleVariantColumn", "v").json(good).collect()
            )
        ),
    )
    yield (
        "json corrupt column",
        ctx.outcome(
            lambda: (
                spark.read.schema("v variant, _corrupt_record string")
                .option("singleVariantColumn", "v")
                .json(path)
                .selectExpr("to_json(v)", "_corrupt_record")
                .collect()
            )
        ),
    )
    yield (
        "json by SQL",
        ctx.outcome(lambda: spark.sql(f"SELECT to_json(v) FROM json.`{good}`").collect()),
    )
    yield (
        "json multiLine",
        ctx.outcome(
            lambda: [
                row[0]
                for row in spark.read.option("multiLine", True)
                .option("singleVariantColumn", "v")
                .json(ctx.write_lines("m/one.json", ['[{"a": 1},', '{"b": 2}]']))
                .selectExpr("to_json(v)")
                .collect()
            ]
        ),
    )
    yield (
        "from_json",
        ctx.outcome(
            lambda: spark.sql(
                "SELECT to_json(from_json('{\"a\": 1}', 'v variant', map('singleVariantColumn', 'v')))"
            ).collect()
        ),
    )
    yield (
        "from_json in pieces",
        ctx.outcome(
            lambda: spark.sql(
                "SELECT to_json(from_json('{\"a\": ', 'v variant', map('singleVariantColumn', 'v')))"
            ).collect()
        ),
    )
    sheet = ctx.write_lines(
        "c/one.csv",
        [
            "name,n,when",
            "ann,1,2024-01-02",
            "bob,,x",
            '"a,b",2.50,true',
            "short",
            "1,2,3,4",
            "1e3,-0.0,2024-01-02 03:04:05",
        ],
    )
    for header in (True, False):
        for mode in ("PERMISSIVE", "FAILFAST", "DROPMALFORMED"):
            yield (
                f"csv {header} {mode}",
                ctx.outcome(
                    lambda header=header, mode=mode: [
                        row[0]
                        for row in spark.read.option("header", header)
                        .option("mode", mode)
                        .option("singleVariantColumn", "v")
                        .csv(sheet)
                        .selectExpr("to_json(v)")
                        .collect()
                    ]
                ),
            )

    def of_sheet():
        df = spark.read.option("header", True).option("singleVariantColumn", "v").csv(sheet)
        return [row[0] for row in df.selectExpr("schema_of_variant(v) s").collect()]

    yield "csv types", ctx.outcome(of_sheet)
    yield (
        "csv with a schema",
        ctx.outcome(
            lambda: (
                spark.read.schema("v variant, _corrupt_record string")
                .option("header", True)
                .option("singleVariantColumn", "v")
                .csv(sheet)
                .selectExpr("to_json(v)", "_corrupt_record")
                .collect()
            )
        ),
    )
    tree = ctx.write_lines(
        "x/one.xml",
        [
            "<rows><row id='1'><a>x</a><b>1</b><b>2.5</b></row>",
            "<row><a/><c><d>true</d>text</c></row><row>plain</row></rows>",
        ],
    )
    df = spark.read.option("rowTag", "row").option("singleVariantColumn", "v").xml(tree)
    yield "xml schema", df.schema.jsonValue()
    yield "xml", ctx.snapshot(df.selectExpr("to_json(v) j", "schema_of_variant(v) s"))
    broken = ctx.write_lines(
        "y/one.xml", ["<rows><row><a>1</a></row><row><a>2</b></row><row><a>3</a></row></rows>"]
    )
    for mode in ("PERMISSIVE", "DROPMALFORMED", "FAILFAST"):
        yield (
            f"xml {mode}",
            ctx.outcome(
                lambda mode=mode: [
                    row[0]
                    for row in spark.read.option("rowTag", "row")
                    .option("mode", mode)
                    .option("singleVariantColumn", "v")
                    .xml(broken)
                    .selectExpr("to_json(v)")
                    .collect()
                ]
            ),
        )
    for kind in ("parquet", "orc", "text"):
        yield (
            kind,
            ctx.outcome(
                lambda kind=kind: (
                    spark.read.format(kind)
                    .option("singleVariantColumn", "v")
                    .load(ctx.path("c"))
                    .schema.simpleString()
                )
            ),
        )
    stream = spark.readStream.option("singleVariantColumn", "v").json(ctx.path("w"))
    yield "stream schema", stream.schema.jsonValue()
    with ctx.running(stream.selectExpr("to_json(v) j"), "told_variants", "append") as query:
        query.processAllAvailable()
        yield "stream", ctx.snapshot(spark.table("told_variants"))
