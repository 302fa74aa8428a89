"""from_avro and to_avro in a stream: rows, groups, and back to bytes."""

from pyspark.sql.avro.functions import from_avro, to_avro
from pyspark.sql.functions import col, count, struct

RECORD = (
    '{"type": "record", "name": "r", "fields": [{"name": "k", "type": "string"}, '
    '{"name": "n", "type": ["null", "int"]}]}'
)


def run(spark, ctx):
    hexes = ["02610202", "0262020a", "026100", "02"]
    ctx.write_lines("in/1.txt", hexes[:2])
    ctx.write_lines("in/2.txt", hexes[2:])
    lines = spark.readStream.option("maxFilesPerTrigger", 1).text(ctx.path("in"))
    data = lines.selectExpr("unhex(value) AS value")
    read = data.select(from_avro(col("value"), RECORD, {"mode": "PERMISSIVE"}).alias("v"))
    yield "rows", ctx.run_query(read.select("v.*"), "avro_rows")
    counted = read.groupBy("v.k").agg(count("*").alias("many"))
    yield "grouped", ctx.run_query(counted, "avro_grouped", "complete")
    back = read.select(
        to_avro(struct("v.k", "v.n"), RECORD.replace('"string"', '["null", "string"]')).alias("b")
    )
    yield "back", ctx.run_query(back, "avro_back")
