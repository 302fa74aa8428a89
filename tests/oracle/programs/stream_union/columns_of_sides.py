"""Is a column of a side one of the union of two streams?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    return {"t": f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z", "k": k, "v": v}


STEPS = [{"a": [at(1), at(2, "b", 5)], "b": [at(1, "c", 7)]}, {"b": [at(3, "d", 2), at(9, "a", 0)]}]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def filtered(source):
        left, right = source("a", SCHEMA), source("b", SCHEMA)
        return left.union(right).filter(left.v > 1)

    def selected(source):
        left, right = source("a", SCHEMA), source("b", SCHEMA)
        return left.union(right).filter("v > 0").select(left.k, (left.v + 1).alias("w"))

    def of_the_right(source):
        left, right = source("a", SCHEMA), source("b", SCHEMA)
        return left.union(right).filter(right.v > 1)

    def counted(source):
        left, right = source("a", SCHEMA), source("b", SCHEMA)
        return left.unionByName(right).groupBy(left.k).count()

    yield from ctx.steps("filter", filtered, "append", STEPS)
    yield from ctx.steps("select", selected, "append", STEPS)
    yield from ctx.steps("of the right", of_the_right, "append", STEPS)
    yield from ctx.steps("groups", counted, "complete", STEPS)
