"""The course's fourth case: notifications of loyalty points into another topic."""

from pyspark.sql.functions import col, expr, from_json

SCHEMA = "InvoiceNumber STRING, CustomerCardNo STRING, TotalAmount DOUBLE"


def notifications(stream):
    values = stream.select(from_json(col("value").cast("string"), SCHEMA).alias("value"))
    chosen = values.select("value.InvoiceNumber", "value.CustomerCardNo", "value.TotalAmount")
    chosen = chosen.withColumn("LoyaltyPoints", expr("TotalAmount * 0.2"))
    return chosen.selectExpr(
        "InvoiceNumber AS key",
        """to_json(named_struct(
            'CustomerCardNo', CustomerCardNo,
            'TotalAmount', TotalAmount,
            'EarnedLoyaltyPoints', TotalAmount * 0.2)) AS value""",
    )


def run(spark, ctx):
    invoices = (ctx.invoices / "facturasKafka.json").read_text(encoding="utf-8").splitlines()
    source, target = ctx.kafka.topic("facturas"), ctx.kafka.topic("notificaciones")
    rows = notifications(ctx.stream(source))
    yield "columns", ctx.printed(rows.printSchema)
    writer = ctx.writer(rows.writeStream.queryName("Notificaciones Writer"), target)
    writer = writer.outputMode("append").option("checkpointLocation", ctx.path("chk-point-dir"))
    query = writer.start()
    ctx.kafka.produce(source, invoices[:2])
    query.processAllAvailable()
    yield "two invoices", ctx.records(target)
    ctx.kafka.produce(source, invoices[2:])
    query.processAllAvailable()
    yield "all of them", ctx.records(target)
    yield "name", query.name
    query.stop()
    read = ctx.read(target).selectExpr("CAST(key AS STRING)", "CAST(value AS STRING)")
    yield "read back", read
