"""What the checkpoint of a small run holds, in Spark's layout."""

import json


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"k":"a"}'])
    ctx.write_lines("in/2.json", ['{"k":"b"}'])
    df = spark.readStream.schema("k string").option("maxFilesPerTrigger", 1).json(ctx.path("in"))
    root = ctx.tmp_path / "checkpoint"
    with ctx.running(
        df.groupBy("k").count(), "t", "complete", checkpointLocation=str(root)
    ) as query:
        query.processAllAvailable()
        yield "metadata holds the id", json.loads((root / "metadata").read_text())["id"] == query.id
    for folder in ["offsets", "commits", "sources/0"]:
        yield (
            folder,
            sorted(
                path.name for path in (root / folder).iterdir() if not path.name.startswith(".")
            ),
        )
    lines = (root / "offsets" / "1").read_text().splitlines()
    yield "offset log", [lines[0], sorted(json.loads(lines[1])), lines[2:]]
    yield "watermark", json.loads(lines[1])["batchWatermarkMs"]
    fixed = json.loads(lines[1])["conf"]
    names = ["spark.sql.shuffle.partitions", "spark.sql.streaming.multipleWatermarkPolicy"]
    yield "settings that are fixed", {name: fixed[name] for name in names}
    lines = (root / "commits" / "1").read_text().splitlines()
    # An engine may say more of its own state there.
    watermark = {"nextBatchWatermarkMs": json.loads(lines[1])["nextBatchWatermarkMs"]}
    yield "commit log", [lines[0], json.dumps(watermark, separators=(",", ":"))]
    source = (root / "sources" / "0" / "0").read_text().splitlines()
    yield "source log", [source[0], {**json.loads(source[1]), "timestamp": 0}]
