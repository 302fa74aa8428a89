"""Which files and which log does the file sink write, batch by batch, and after a restart?"""

import json
import os
from urllib.parse import unquote


def run(spark, ctx):
    spark.conf.set("spark.sql.streaming.fileSink.log.compactInterval", "3")
    ctx.write_lines("in/0.json", ['{"k":"a","v":0}', '{"k":"b","v":0}'])
    ctx.write_lines("in/1.json", ['{"k":"a","v":1}'])
    rows = spark.readStream.schema("k string, v int").option("maxFilesPerTrigger", 1)
    rows = rows.json(ctx.path("in")).coalesce(1)

    def drain(name, df=rows, fmt="json", columns=(), mode="append", **options):
        writer = df.writeStream.format(fmt).options(**options).outputMode(mode)
        writer = writer.option("checkpointLocation", ctx.path(f"{name}-checkpoint"))
        query = writer.partitionBy(*columns).trigger(availableNow=True).start(ctx.path(name))
        query.awaitTermination()
        return query

    def log(name):
        """Each log file with its entries: keys, and what does not depend on the run."""
        found = {}
        folder = ctx.tmp_path / name / "_spark_metadata"
        for entry in sorted(os.listdir(folder)):
            if entry.startswith("."):
                continue
            version, *lines = (folder / entry).read_text().split("\n")
            found[entry] = [version]
            for line in lines:
                item = json.loads(line)
                path = ctx.normalise(item["path"])
                known = {key: item[key] for key in ("isDir", "blockReplication", "action")}
                size = os.path.getsize(unquote(item["path"].removeprefix("file://")))
                found[entry].append(
                    [list(item), path, known, item["size"] == size, item["modificationTime"] > 0]
                )
        return found

    query = drain("out")
    yield "sink", query.lastProgress["sink"]["description"].split("[")[0]
    yield "log", log("out")
    yield "files", ctx.files("out")
    yield "texts", sorted(ctx.texts("out"))
    ctx.write_lines("in/2.json", ['{"k":"c","v":2}'])
    ctx.write_lines("in/3.json", ['{"k":"d","v":3}'])
    drain("out")
    yield "after more", {name: len(lines) for name, lines in log("out").items()}
    ctx.write_lines("out/part-stray.json", ['{"k":"stray","v":99}'])
    yield "rows", spark.read.schema("k string, v int").json(ctx.path("out"))
    yield "one file", spark.read.schema("k string, v int").json(ctx.path("out/part-stray.json"))
    again = spark.readStream.schema("k string, v int").json(ctx.path("out"))
    yield "as a stream", ctx.run_query(again, "again")
    spark.conf.unset("spark.sql.streaming.fileSink.log.compactInterval")
