"""singleVariantColumn of from_json, from_csv and from_xml, and of streams without a schema."""


def run(spark, ctx):
    way = "map('singleVariantColumn', 'v')"
    fail = "map('singleVariantColumn', 'v', 'mode', 'FAILFAST')"
    sheet = "map('singleVariantColumn', 'v', 'header', 'true')"
    calls = [
        f"from_json('{{\"a\": 1}}', 'v variant', {way})",
        f"from_json('[1, 2]', 'v variant', {way})",
        f"from_json('3', 'v variant', {way})",
        f"from_json('', 'v variant', {way})",
        f"from_json('  ', 'v variant', {way})",
        f"from_json('null', 'v variant', {way})",
        f"from_json(null, 'v variant', {way})",
        f"from_json('{{\"a\": ', 'v variant', {way})",
        f"from_json('{{\"a\": 1}} x', 'v variant', {way})",
        f"from_json('{{\"a\": 1, \"a\": 2}}', 'v variant', {way})",
        f"from_json('{{\"a\": ', 'v variant', {fail})",
        f"from_json('{{\"a\": ', 'v variant, _corrupt_record string', {way})",
        f"from_json('{{\"a\": 1}}', 'v variant, _corrupt_record string', {way})",
        f"from_json('{{\"a\": 1}}', 'a int', {way})",
        f"from_json('{{\"v\": 1}}', 'v variant, b int', {way})",
        f"from_json('{{\"v\": 1}}', 'w variant', {way})",
        f"from_json('{{\"v\": 1}}', 'variant', {way})",
        f"from_json('{{\"v\": 1}}', 'array<struct<v: variant>>', {way})",
        f"from_csv('1,x', 'v variant', {way})",
        f"from_csv('1,,2.50', 'v variant', {way})",
        f"from_csv('true,2024-01-02,1e3', 'v variant', {way})",
        f"from_csv('2024-01-02 03:04:05,2024-01-02T03:04:05Z,-0', 'v variant', {way})",
        f"from_csv('', 'v variant', {way})",
        f"from_csv('a,b', 'v variant', {sheet})",
        f"from_csv('1', 'v variant, _corrupt_record string', {way})",
        f"from_csv('1', 'a int', {way})",
        f"from_xml('<r><a>1</a></r>', 'v variant', {way})",
        f"from_xml('<r><a>1</r>', 'v variant', {way})",
        f"from_xml('<r><a>1</r>', 'v variant', {fail})",
        f"from_xml('<r><a>1</r>', 'v variant, _corrupt_record string', {way})",
        f"from_xml('<r><a>1</a></r>', 'a int', {way})",
        f"schema_of_json('{{\"a\": 1}}', {way})",
        f"schema_of_csv('1,x', {way})",
        f"to_json(named_struct('a', 1), {way})",
        f"to_csv(named_struct('a', 1), {way})",
    ]
    for call in calls:
        value = call if call.startswith(("schema", "to_")) else f"cast({call} AS STRING)"
        shown = f"SELECT {value} AS s, typeof({call}) AS t"
        yield call, ctx.outcome(lambda shown=shown: tuple(spark.sql(shown).first()))
    ctx.write_lines("x/one.xml", ["<rows><row><a>1</a></row><row><a>2</a></row></rows>"])
    ctx.write_lines("c/one.csv", ["a,b", "1,x", "2,"])
    for kind, options in [
        ("xml", {"rowTag": "row"}),
        ("csv", {"header": "true"}),
        ("csv", {}),
    ]:
        folder = ctx.path(kind[0])

        def stream(kind=kind, options=options, folder=folder):
            reader = spark.readStream.format(kind).options(**options)
            return reader.option("singleVariantColumn", "v").load(folder)

        label = f"{kind} {options}"
        yield f"schema of {label}", ctx.outcome(lambda stream=stream: stream().schema.jsonValue())
        try:
            rows = stream().selectExpr("to_json(v) j")
        except Exception:
            continue
        yield f"rows of {label}", ctx.run_query(rows, "whole_rows")
    yield (
        "other schema",
        ctx.outcome(
            lambda: (
                spark.readStream.schema("a int")
                .option("singleVariantColumn", "v")
                .json(ctx.path("c"))
                .schema.simpleString()
            )
        ),
    )
