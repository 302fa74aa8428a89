"""Writing by a schema of the user's: avroSchema, positions, enums, fixed, refusals."""

RECORD = '{"type": "record", "name": "r", "fields": [%s]}'
A = '{"name": "a", "type": "int"}'
B = '{"name": "b", "type": ["null", "string"]}'
ENUM = '{"name": "b", "type": {"type": "enum", "name": "e", "symbols": ["x", "y"]}}'


def run(spark, ctx):
    rows = spark.sql("SELECT 1 AS a, 'x' AS b")
    some = spark.range(2).selectExpr("cast(id AS int) AS a", "if(id = 0, null, 'x') AS b")

    def written(name, df, schema, **options):
        path = ctx.path(name)
        df.coalesce(1).write.format("avro").option("avroSchema", schema).options(**options).save(
            path
        )
        return spark.read.format("avro").load(path)

    yield "as it is", written("plain", rows, RECORD % f"{A}, {B}")
    yield "turned", written("turned", rows, RECORD % f"{B}, {A}")
    yield "enum", written("enum", rows, RECORD % f"{A}, {ENUM}")
    yield "nulls", written("nulls", some, RECORD % f"{A}, {B}")
    yield "other names", written(
        "names", rows, RECORD % '{"name": "p", "type": "int"}, {"name": "q", "type": "string"}',
        positionalFieldMatching="true",
    )  # fmt: skip
    url = ctx.write_lines("schema.avsc", [RECORD % f"{B}, {A}"])
    by_url = rows.coalesce(1).write.format("avro").option("avroSchemaUrl", url)
    by_url.save(ctx.path("url"))
    yield "by url", spark.read.format("avro").load(ctx.path("url"))
    yield "timestamp as millis", written(
        "millis", spark.sql("SELECT timestamp'2024-03-01 12:30:00.123456Z' AS a"),
        RECORD % '{"name": "a", "type": {"type": "long", "logicalType": "timestamp-millis"}}',
    )  # fmt: skip
    for label, schema in [
        ("no json", "no"),
        ("no such type", RECORD % '{"name": "a", "type": "unheard"}'),
    ]:
        yield label, ctx.outcome(lambda s=schema, n=label: written(n, rows, s).collect())
    refused = spark.sql("SELECT 1 AS `a b`")
    yield "name", ctx.outcome(lambda: refused.write.format("avro").save(ctx.path("name")))
    calendar = spark.sql("SELECT make_interval(1, 2) AS a")
    yield "calendar", ctx.error(lambda: calendar.write.format("avro").save(ctx.path("calendar")))
    yield (
        "map",
        ctx.outcome(
            lambda: spark.sql("SELECT map(1, 2) AS m").write.format("avro").save(ctx.path("map"))
        ),
    )
