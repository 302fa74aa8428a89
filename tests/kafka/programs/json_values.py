"""JSON in and out of Kafka's values, with rows that are none."""

from pyspark.sql.functions import col, expr, from_json

SCHEMA = "id INT, name STRING, tags ARRAY<STRING>, at STRUCT<x: DOUBLE>"
VALUES = [
    '{"id": 1, "name": "a", "tags": ["x", "y"], "at": {"x": 1.5}}',
    '{"id": 2}',
    '{"id": "three"}',
    "not JSON",
    "",
    None,
    "[]",
    '{"id": 4, "unknown": true}',
]


def run(spark, ctx):
    topic = ctx.kafka.topic("rows")
    ctx.kafka.produce(topic, [(None, value) for value in VALUES])
    parsed = from_json(col("value").cast("string"), SCHEMA).alias("v")
    yield "batch", ctx.read(topic).select("offset", parsed)
    yield "fields", ctx.read(topic).select("offset", parsed).select("offset", "v.id", "v.at.x")
    with ctx.follow(ctx.stream(topic).select("offset", parsed)) as followed:
        yield "stream", followed.step()
    strict = from_json(col("value").cast("string"), SCHEMA, {"mode": "FAILFAST"}).alias("v")
    frame = ctx.stream(topic).select("offset", strict)
    target = ctx.kafka.topic("target")
    out = ctx.read(topic).select(parsed).where("v IS NOT NULL")
    text = "to_json(named_struct('id', v.id, 'name', v.name, 'twice', v.id * 2))"
    out = out.select(expr(text).alias("value"))
    yield "written", ctx.outcome(lambda: ctx.writer(out.write, target).save())
    yield "came", ctx.records(target)
    yield "a poison message, FAILFAST", ctx.refusal(lambda: frame)
