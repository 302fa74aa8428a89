"""Lines of text files: ends, separators, whole files, encodings, bad bytes."""


def run(spark, ctx):
    path = ctx.write_bytes("a.txt", b"one\r\ntwo\rthree\n\n  four  \nlast")
    yield "lines", ctx.ordered(spark.read.text(path))
    yield "wholetext", spark.read.text(path, wholetext=True)
    yield "lineSep", spark.read.text(path, lineSep="e")
    yield "two characters", spark.read.text(path, lineSep="\r\n")
    yield "empty lineSep", ctx.error(lambda: spark.read.text(path, lineSep="").collect())
    yield "format", spark.read.format("text").load(path)
    empty = ctx.write_bytes("empty.txt", b"")
    yield "empty", spark.read.text(empty)
    yield "empty, whole", spark.read.text(empty, wholetext=True)
    bad = ctx.write_bytes("bad.txt", b"ok\n\xff\xfe broken\nok\n")
    yield "not UTF-8", spark.read.text(bad).selectExpr("hex(value) AS h", "length(value) AS n")
    mark = ctx.write_bytes("mark.txt", b"\xef\xbb\xbffirst\nsecond\n")
    yield "byte order mark", spark.read.text(mark).selectExpr("hex(value) AS h")
    latin = ctx.write_bytes("latin.txt", "é\nñ\n".encode("latin-1"))
    yield "encoding", spark.read.option("encoding", "ISO-8859-1").text(latin)
    yield "count", spark.read.text(path).groupBy().count()
    yield "sql", spark.sql(f"SELECT value FROM text.`{path}`")
    both = [path, empty]
    yield "list", spark.read.text(both)
