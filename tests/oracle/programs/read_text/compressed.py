"""Compressed text files are known by their extension."""

import bz2
import gzip
import zlib


def run(spark, ctx):
    text = b"one\ntwo\n"
    ctx.write_bytes("t/a.txt.gz", gzip.compress(text, mtime=0))
    ctx.write_bytes("t/b.txt.bz2", bz2.compress(text))
    ctx.write_bytes("t/c.txt.deflate", zlib.compress(text))
    ctx.write_bytes("t/two.txt.gz", gzip.compress(b"x\n", mtime=0) + gzip.compress(b"y\n", mtime=0))
    for name in ["a.txt.gz", "b.txt.bz2", "c.txt.deflate", "two.txt.gz"]:
        yield name, spark.read.text(ctx.path(f"t/{name}"))
    yield "folder", spark.read.text(ctx.path("t")).groupBy("value").count()
    upper = ctx.write_bytes("d.GZ", gzip.compress(text, mtime=0))
    yield "extension in capitals", spark.read.text(upper).selectExpr("count(*) > 0 AS some")
    path = ctx.write_bytes("e.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0))
    yield "csv", spark.read.csv(path, header=True, inferSchema=True)
    path = ctx.write_bytes("f.json.gz", gzip.compress(b'{"a":1}\n{"a":2}\n', mtime=0))
    yield "json", spark.read.json(path)
    path = ctx.write_bytes("g.json.gz", gzip.compress(b'[{"a":1},\n{"a":2}]\n', mtime=0))
    yield "json, multiLine", spark.read.json(path, multiLine=True)
    broken = ctx.write_bytes("h.txt.gz", gzip.compress(b"long text\n" * 50, mtime=0)[:40])
    yield "broken", ctx.outcome(lambda: [r[0] for r in spark.read.text(broken).collect()])
