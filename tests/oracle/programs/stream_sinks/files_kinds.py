"""What does the file sink write for partitions, other formats, and batches without rows?"""

import json
import os
from urllib.parse import unquote


def run(spark, ctx):
    ctx.write_lines("in/0.json", ['{"k":"a","v":0}', '{"k":"b/c","v":1}', '{"v":2}'])
    rows = spark.readStream.schema("k string, v int")
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

    drain("parts", columns=("k",))
    yield "partitions: files", ctx.files("parts")
    yield "partitions: texts", ctx.texts("parts")
    yield "partitions: log", log("parts")
    drain("none", rows.where("v > 100"))
    yield "no rows: files", ctx.files("none")
    yield "no rows: log", {k: len(v) for k, v in log("none").items()}
    drain("none-parts", rows.where("v > 100"), columns=("k",))
    yield "no rows, partitions: files", ctx.files("none-parts")
    yield "no rows, partitions: log", {k: len(v) for k, v in log("none-parts").items()}
    drain("csv", fmt="csv", header=True, compression="gzip")
    yield "csv", ctx.texts("csv")
    drain("text", rows.select("k"), fmt="text")
    yield "text", ctx.texts("text")
    drain("text", rows.select("k"), fmt="text")
    yield "drained again", sorted(os.listdir(ctx.path("text/_spark_metadata")))[-1]
