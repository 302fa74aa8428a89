"""The course's third case: invoices from Kafka, their lines into JSON files."""

from pyspark.sql.functions import col, expr, from_json

SCHEMA = """
    InvoiceNumber STRING, CreatedTime BIGINT, StoreID STRING, PosID STRING, CashierID STRING,
    CustomerType STRING, CustomerCardNo STRING, TotalAmount DOUBLE, NumberOfItems INT,
    PaymentMethod STRING, CGST DOUBLE, SGST DOUBLE, CESS DOUBLE, DeliveryType STRING,
    DeliveryAddress STRUCT<AddressLine: STRING, City: STRING, State: STRING, PinCode: STRING,
        ContactNumber: STRING>,
    InvoiceLineItems ARRAY<STRUCT<ItemCode: STRING, ItemDescription: STRING, ItemPrice: DOUBLE,
        ItemQty: INT, TotalValue: DOUBLE>>
"""


def lines_of_invoices(stream):
    values = stream.select(from_json(col("value").cast("string"), SCHEMA).alias("value"))
    exploded = values.selectExpr(
        "value.InvoiceNumber",
        "value.CreatedTime",
        "value.StoreID",
        "value.PosID",
        "value.CustomerType",
        "value.PaymentMethod",
        "value.DeliveryType",
        "value.DeliveryAddress.City",
        "value.DeliveryAddress.State",
        "value.DeliveryAddress.PinCode",
        "explode(value.InvoiceLineItems) AS LineItem",
    )
    for name in ("ItemCode", "ItemDescription", "ItemPrice", "ItemQty", "TotalValue"):
        exploded = exploded.withColumn(name, expr(f"LineItem.{name}"))
    return exploded.drop("LineItem")


def run(spark, ctx):
    invoices = (ctx.invoices / "facturasKafka.json").read_text(encoding="utf-8").splitlines()
    topic = ctx.kafka.topic("facturas")
    stream = ctx.stream(topic)
    yield "the source", ctx.printed(stream.printSchema)
    lines = lines_of_invoices(stream)
    yield "the lines", ctx.printed(lines.printSchema)

    def write():
        writer = lines.writeStream.format("json").queryName("Facturas Kafka Writer")
        writer = writer.outputMode("append").option("path", ctx.path("salida"))
        writer = writer.option("checkpointLocation", ctx.path("chk-point-dir"))
        return writer.trigger(processingTime="1 second").start()

    ctx.kafka.produce(topic, invoices[:1])
    query = write()
    query.processAllAvailable()
    yield "one invoice", spark.read.json(ctx.path("salida"))
    query.stop()
    ctx.kafka.produce(topic, invoices[1:])
    query = write()
    query.processAllAvailable()
    query.stop()
    yield "all invoices", spark.read.json(ctx.path("salida"))
    for number in (1, 2, 3):
        named = ctx.invoices / f"Invoice-set{number}.json"
        ctx.kafka.produce(topic, named.read_text(encoding="utf-8").splitlines())
    query = write()
    query.processAllAvailable()
    query.stop()
    everything = spark.read.json(ctx.path("salida"))
    yield "the sets too", everything.groupBy("DeliveryType", "PaymentMethod").count()
    yield (
        "their worth",
        ctx.close(everything.groupBy("StoreID").agg({"TotalValue": "sum", "ItemQty": "sum"})),
    )
