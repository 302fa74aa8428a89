"""Headers: empty and repeated names, a schema of other names, several files, enforceSchema."""


def run(spark, ctx):
    odd = ctx.write_lines("odd.csv", ["a,,a,A,b", "1,2,3,4,5"])
    yield "empty and repeated names", spark.read.csv(odd, header=True)
    path = ctx.write_lines("t/1.csv", ["a,b", "1,2"])
    ctx.write_lines("t/2.csv", ["b,a", "3,4", "5,6"])
    yield "two headers", spark.read.csv(ctx.path("t"), header=True)
    wrong = spark.read.schema("x int, y int").option("header", True)
    yield "other names", wrong.csv(path)
    strict = wrong.option("enforceSchema", False)
    yield "other names, not enforced", ctx.error(lambda: strict.csv(path).collect())
    yield (
        "other order, not enforced",
        ctx.error(
            lambda: (
                spark.read.schema("a int, b int")
                .option("enforceSchema", False)
                .csv(ctx.path("t"), header=True)
                .collect()
            )
        ),
    )
    longer = spark.read.schema("a int, b int, c int").option("enforceSchema", False)
    yield "other number, not enforced", ctx.error(lambda: longer.csv(path, header=True).collect())
    quoted = ctx.write_lines("q.csv", ['" a ","b ""x"""', "1,2"])
    yield "quoted header", spark.read.csv(quoted, header=True)
    blank = ctx.write_lines("blank.csv", ["", "  ", "a,b", "1,2"])
    yield "blank lines first", spark.read.csv(blank, header=True)
    comment = ctx.write_lines("comment.csv", ["# head", "a,b", "#x", "1,2"])
    yield "comments first", spark.read.csv(comment, header=True, comment="#")
    bom = ctx.write_bytes("bom.csv", b"\xef\xbb\xbfa,b\n1,2\n")
    yield "byte order mark", spark.read.csv(bom, header=True)
    marked = spark.read.option("header", True).option("comment", "#")
    yield "only some columns", marked.csv(path).select("b")
