"""Files that are no ORC, or half of one."""


def run(spark, ctx):
    half = ctx.fixture("orc/truncated.orc")
    good = ctx.fixture("orc/codec_none.orc")
    empty = ctx.write_bytes("empty.orc", b"")
    read = spark.read.schema("id long")
    yield "truncated", ctx.error(lambda: read.orc(half).collect())
    yield "empty", ctx.outcome(lambda: read.orc(empty).count())
    yield "ignored", read.option("ignoreCorruptFiles", True).orc([half, good])
    (ctx.tmp_path / "folder").mkdir()
    yield "empty folder", ctx.error(lambda: spark.read.orc(ctx.path("folder")))
