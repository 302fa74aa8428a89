"""Where does a continuous query go on after a restart, and what may not have changed?"""

import json
import shutil
import time


def wait_for(done):
    end = time.monotonic() + 60
    while not done() and time.monotonic() < end:
        time.sleep(0.05)
    assert done()


def numbers(folder):
    return sorted(int(f.name) for f in folder.glob("*") if f.name.isdigit())


def place(folder, epoch):
    return json.loads((folder / str(epoch)).read_text().split("\n")[2])


def run(spark, ctx):
    checkpoint = ctx.tmp_path / "checkpoint"
    offsets, commits = checkpoint / "offsets", checkpoint / "commits"

    def start(partitions=1, rows=20):
        rate = spark.readStream.format("rate").option("rowsPerSecond", rows)
        writer = rate.option("numPartitions", partitions).load().writeStream.format("noop")
        writer = writer.option("checkpointLocation", str(checkpoint))
        return writer.trigger(continuous="500 milliseconds").start()

    query = start()
    wait_for(lambda: len(numbers(commits)) > 3)
    query.stop()
    first, last = query.id, numbers(commits)[-1]
    ended = place(offsets, last)
    query = start()
    wait_for(lambda: numbers(commits)[-1] > last + 2)
    query.stop()
    yield "the same query", query.id == first
    yield "first place again", place(offsets, last + 1) == ended
    later = place(offsets, numbers(commits)[-1])["0"]
    passed = later["runTimeMs"] - ended["0"]["runTimeMs"]
    yield "no row is passed over", passed == 50 * (later["value"] - ended["0"]["value"])

    # An epoch that was planned and not committed is forgotten.
    last = numbers(commits)[-1]
    ended = place(offsets, last)
    far = {"0": {"value": 1_000_000, "runTimeMs": ended["0"]["runTimeMs"]}}
    (offsets / str(last + 1)).write_text("v1\n\n" + json.dumps(far))
    (offsets / f".{last + 1}.crc").unlink(missing_ok=True)
    query = start()
    wait_for(lambda: numbers(commits)[-1] > last + 1)
    query.stop()
    yield "planned only", place(offsets, last + 1) == ended

    query = start(partitions=2)
    try:
        query.awaitTermination(20)
        message = "none"
    except Exception as error:
        message = str(error).split("terminated with exception: ")[-1]
    yield "partitions changed", message.split("\n")[0].split(" SQLSTATE")[0]
    query.stop()

    shutil.rmtree(checkpoint)
    query = start(partitions=2, rows=5)
    wait_for(lambda: len(numbers(commits)) > 1)
    query.stop()
    start_of = place(offsets, 0)
    yield "two partitions begin", [start_of[key]["value"] for key in sorted(start_of)]
