"""The Spanish lesson's invoices: JSON files in, a line for each item out, one file a batch.

Usage: ``facturas.py INVOICES_FOLDER ANSWERS_FILE``. A plain PySpark program.
"""

import contextlib
import io
import json
import shutil
import sys
import time
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql.functions import expr

invoices, answers_file = sys.argv[1:3]
answers = {}
source = Path("entrada")
source.mkdir()


def arrives(number):
    """The whole file at once, as a rename shows it."""
    shutil.copy(Path(invoices, f"Invoice-set{number}.json"), "llega.tmp")
    Path("llega.tmp").rename(source / f"Invoice-set{number}.json")


def printed(frame):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        frame.printSchema()
    return out.getvalue()


arrives(1)
spark = (
    SparkSession.builder.appName("Streaming de Ficheros")
    .master("local[2]")
    .config("spark.streaming.stopGracefullyOnShutdown", "true")
    .config("spark.sql.shuffle.partitions", 3)
    .config("spark.sql.streaming.schemaInference", "true")
    .getOrCreate()
)
raw = (
    spark.readStream.format("json")
    .option("path", "entrada")
    .option("maxFilesPerTrigger", 1)
    .option("cleanSource", "delete")
    .load()
)
answers["schema"] = printed(raw)
exploded = raw.selectExpr(
    "InvoiceNumber",
    "CreatedTime",
    "StoreID",
    "PosID",
    "CustomerType",
    "PaymentMethod",
    "DeliveryType",
    "DeliveryAddress.City",
    "DeliveryAddress.State",
    "DeliveryAddress.PinCode",
    "explode(InvoiceLineItems) as LineItem",
)
answers["exploded"] = printed(exploded)
clean = (
    exploded.withColumn("ItemCode", expr("LineItem.ItemCode"))
    .withColumn("ItemDescription", expr("LineItem.ItemDescription"))
    .withColumn("ItemPrice", expr("LineItem.ItemPrice"))
    .withColumn("ItemQty", expr("LineItem.ItemQty"))
    .withColumn("TotalValue", expr("LineItem.TotalValue"))
    .drop("LineItem")
)
answers["clean"] = printed(clean)


def started(**trigger):
    return (
        clean.writeStream.format("json")
        .queryName("Facturas Writer")
        .outputMode("append")
        .option("path", "salida")
        .option("checkpointLocation", "chk-point-dir")
        .trigger(**trigger)
        .start()
    )


def lines():
    """What a reader of the folder's files sees, whatever Spark says of it."""
    files = Path("salida").glob("part-*.json")
    return sorted(line for file in files for line in file.read_text().splitlines())


def batches(query):
    return [[p["batchId"], p["numInputRows"]] for p in query.recentProgress if p["numInputRows"]]


query = started(processingTime="1 minute")
# The first batch comes at once; waiting for all that is there would take the minute.
while not batches(query) and query.isActive:
    time.sleep(0.02)
answers["name"] = query.name
answers["first"] = batches(query)
answers["first lines"] = len(lines())
query.explain()
answers["sources"] = [s["numInputRows"] for s in query.lastProgress["sources"]]
query.stop()

# The second run goes on from the checkpoint.
arrives(2)
query = started(availableNow=True)
query.awaitTermination()
answers["second"] = batches(query)
arrives(3)
query = started(processingTime="1 second")
query.processAllAvailable()
answers["third"] = batches(query)
query.stop()
answers["count"] = spark.read.json("salida").count()
answers["lines"] = len(lines())
answers["of one invoice"] = [line for line in lines() if '"51402977"' in line]
answers["some"] = lines()[:20]
by_type = spark.read.json("salida").groupBy("DeliveryType").agg(expr("sum(ItemQty)"))
answers["by type"] = sorted(list(row) for row in by_type.collect())
spark.stop()

Path(answers_file).write_text(json.dumps(answers))
