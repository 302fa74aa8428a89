"""from_protobuf and to_protobuf in a stream: rows, groups, and back to bytes."""

from pyspark.sql.functions import col, count, struct
from pyspark.sql.protobuf.functions import from_protobuf, to_protobuf


def run(spark, ctx):
    desc = ctx.fixture("protobuf/events.desc")
    ctx.write_lines("in/1.txt", ["0805120161", "0807120161"])
    ctx.write_lines("in/2.txt", ["120162", "08"])
    lines = spark.readStream.option("maxFilesPerTrigger", 1).text(ctx.path("in"))
    data = lines.selectExpr("unhex(value) AS value")
    read = data.select(
        from_protobuf(col("value"), "Inner", desc, {"mode": "PERMISSIVE"}).alias("v")
    )
    yield "rows", ctx.run_query(read.select("v.*"), "pb_rows")
    counted = read.groupBy("v.t").agg(count("*").alias("many"))
    yield "grouped", ctx.run_query(counted, "pb_grouped", "complete")
    back = read.select(to_protobuf(struct("v.n", "v.t"), "Inner", desc).alias("b"))
    yield "back", ctx.run_query(back, "pb_back")
