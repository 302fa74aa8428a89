"""What do the settings of the file sink's log and its retention do?"""

import json
import os


def run(spark, ctx):
    for number in range(6):
        ctx.write_lines(f"in/{number}.json", [f'{{"v":{number}}}'])
    rows = spark.readStream.schema("v int").option("maxFilesPerTrigger", 1)
    rows = rows.json(ctx.path("in"))

    def drain(name, **options):
        writer = rows.writeStream.format("json").options(**options)
        writer = writer.option("checkpointLocation", ctx.path(f"{name}-checkpoint"))
        query = writer.trigger(availableNow=True).start(ctx.path(name))
        query.awaitTermination()

    def log(name):
        folder = ctx.tmp_path / name / "_spark_metadata"
        names = [entry for entry in os.listdir(folder) if not entry.startswith(".")]
        names.sort(key=lambda entry: int(entry.split(".")[0]))
        return [[n, len((folder / n).read_text().split("\n")) - 1] for n in names]

    prefix = "spark.sql.streaming.fileSink.log."
    spark.conf.set(prefix + "compactInterval", "3")
    drain("three")
    yield "interval 3", log("three")
    spark.conf.set("spark.sql.streaming.minBatchesToRetain", "2")
    spark.conf.set(prefix + "cleanupDelay", "0s")
    drain("cleaned")
    yield "no delay", log("cleaned")
    yield "rows", spark.read.schema("v int").json(ctx.path("cleaned"))
    spark.conf.set(prefix + "deletion", "false")
    drain("undeleted")
    yield "no deletion", log("undeleted")
    spark.conf.unset(prefix + "deletion")
    drain("retention", retention="0s")
    yield "retention 0", log("retention")
    yield "retention 0: rows", spark.read.schema("v int").json(ctx.path("retention"))
    for key in ("compactInterval", "cleanupDelay"):
        spark.conf.unset(prefix + key)
    spark.conf.unset("spark.sql.streaming.minBatchesToRetain")
    last = ctx.tmp_path / "three" / "_spark_metadata" / "5.compact"
    yield "keys", list(json.loads(last.read_text().split("\n")[1]))
