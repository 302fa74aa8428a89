"""Which files and which log does the file sink write, batch by batch, and after a restart?"""

import json
import os


def run(spark, ctx):
    for number in range(3):
        ctx.write_lines(f"in/{number}.json", [f'{{"k":"{k}","v":{number}}}' for k in "ab"])
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
                size = os.path.getsize(item["path"].removeprefix("file://"))
                found[entry].append(
                    [list(item), path, known, item["size"] == size, item["modificationTime"] > 0]
                )
        return found

    query = drain("out")
    yield "sink", query.lastProgress["sink"]["description"].split("[")[0]
    yield "log", log("out")
    yield "files", ctx.files("out")
    yield "texts", sorted(ctx.texts("out"))
    yield "read", spark.read.schema("k string, v int").json(ctx.path("out"))
    for number in range(3, 12):
        ctx.write_lines(f"in/{number}.json", [f'{{"k":"{k}","v":{number}}}' for k in "ab"])
    drain("out")
    found = log("out")
    yield "after more", [list(found), {name: len(lines) for name, lines in found.items()}]
    yield "rows after more", spark.read.schema("k string, v int").json(ctx.path("out"))
    ctx.write_lines("out/part-stray.json", ['{"k":"stray","v":99}'])
    yield "a stray file", spark.read.schema("k string, v int").json(ctx.path("out"))
    yield (
        "one file of it",
        spark.read.schema("k string, v int").json(ctx.path("out/part-stray.json")),
    )
    again = spark.readStream.schema("k string, v int").json(ctx.path("out"))
    yield "as a stream", ctx.run_query(again, "again")

    two = rows.where("v < 2")
    drain("parts", two, columns=("k",))
    yield "partitions: files", ctx.files("parts")
    yield "partitions: texts", ctx.texts("parts")
    yield "partitions: log", log("parts")
    drain("none", rows.where("v > 100 AND v < 200"))
    yield "no rows: files", ctx.files("none")
    yield "no rows: log", {k: len(v) for k, v in log("none").items()}
    drain("none-parts", rows.where("v > 100"), columns=("k",))
    yield "no rows, partitions: files", ctx.files("none-parts")
    drain("none-csv", rows.where("v > 100"), fmt="csv")
    yield "no rows, csv: files", ctx.files("none-csv")
    drain("csv", two, fmt="csv", header=True, compression="gzip")
    yield "csv", sorted(ctx.texts("csv"))
    drain("text", two.select("k"), fmt="text")
    yield "text", sorted(ctx.texts("text"))
    drain("text", two.select("k"), fmt="text")
    yield "drained again", sorted(os.listdir(ctx.path("text/_spark_metadata")))[-1]
    yield "parquet", drain("parquet", two, fmt="parquet").lastProgress["numInputRows"]
    yield "parquet: rows", spark.read.parquet(ctx.path("parquet"))
