"""The course's exercise: one reader, two writers, a checkpoint each, awaitAnyTermination."""

from pyspark.sql.functions import col, from_json

SCHEMA = """InvoiceNumber STRING, CustomerCardNo STRING, TotalAmount DOUBLE,
    InvoiceLineItems ARRAY<STRUCT<ItemCode: STRING, ItemQty: INT, TotalValue: DOUBLE>>"""


def run(spark, ctx):
    invoices = (ctx.invoices / "facturasKafka.json").read_text(encoding="utf-8").splitlines()
    source, target = ctx.kafka.topic("facturas"), ctx.kafka.topic("notificaciones")
    reader = ctx.stream(source)
    values = reader.select(from_json(col("value").cast("string"), SCHEMA).alias("value"))
    lines = values.selectExpr("value.InvoiceNumber", "explode(value.InvoiceLineItems) AS Line")
    lines = lines.selectExpr("InvoiceNumber", "Line.ItemCode", "Line.ItemQty", "Line.TotalValue")
    points = values.selectExpr(
        "value.InvoiceNumber AS key",
        "to_json(named_struct('CustomerCardNo', value.CustomerCardNo, "
        "'EarnedLoyaltyPoints', value.TotalAmount * 0.2)) AS value",
    )
    files = lines.writeStream.format("json").queryName("facturas")
    files = files.option("path", ctx.path("salida"))
    first = files.option("checkpointLocation", ctx.path("chk-facturas")).start()
    topics = ctx.writer(points.writeStream.queryName("notificaciones"), target)
    second = topics.option("checkpointLocation", ctx.path("chk-notificaciones")).start()
    yield "active", sorted(query.name for query in spark.streams.active)
    ctx.kafka.produce(source, invoices)
    for query in (first, second):
        query.processAllAvailable()
    yield "files", spark.read.json(ctx.path("salida"))
    yield "notifications", ctx.records(target)
    yield "nobody has ended", spark.streams.awaitAnyTermination(1)
    second.stop()
    yield "one has", spark.streams.awaitAnyTermination(10)
    yield "still active", [query.name for query in spark.streams.active]
    first.stop()
