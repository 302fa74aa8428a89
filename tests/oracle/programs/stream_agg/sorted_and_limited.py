"""What does a memory table hold of sorted and limited counts, and of limited rows?"""

SCHEMA = "k STRING, v INT"
FILES = [["a", "b"], ["b", "c", "d"], ["c", "c", "e"]]


def run(spark, ctx):
    for number, keys in enumerate(FILES):
        ctx.write_lines(f"in/{number}.json", [f'{{"k":"{key}","v":{number}}}' for key in keys])
    rows = spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(ctx.path("in"))
    counts = rows.groupBy("k").count()

    def table(df, name, mode="complete"):
        with ctx.running(df, name, mode) as query:
            query.processAllAvailable()
            return ctx.snapshot(spark.table(name), ordered=True)

    yield "sorted", table(counts.orderBy("count", "k"), "t1")
    yield "sorted down", table(counts.orderBy(counts["count"].desc(), "k").limit(2), "t2")
    yield "limit 0", table(counts.limit(0), "t3")
    # within a batch any rows may be taken: how many there are is the answer
    for limit in (0, 1, 3):
        with ctx.running(rows.limit(limit), f"limit{limit}") as query:
            query.processAllAvailable()
            yield f"rows, limit {limit}", spark.table(f"limit{limit}").count()
    with ctx.running(rows.limit(4).limit(3), "limits") as query:
        query.processAllAvailable()
        yield "two limits", spark.table("limits").count()
    with ctx.running(rows.where("k <> 'b'").limit(2).select("k"), "chosen") as query:
        query.processAllAvailable()
        yield "filter, then limit", spark.table("chosen").count()
