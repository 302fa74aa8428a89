"""Do random functions start in a stream? A seed says nothing there: Spark draws another one."""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT"


def rows(*values):
    return {"a": [{"k": "x", "v": v} for v in values]}


STEPS = [rows(1, 2, 3, 4), rows(5, 6), rows(7, 8, 9)]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def each(label, build, mode="append"):
        return ctx.steps(label, lambda s: build(s("a", SCHEMA)), mode, STEPS)

    def inside(name):
        return F.expr(f"{name} >= 0 and {name} < 1 as inside")

    drawn = F.rand(7).alias("r")
    yield from each("rand", lambda a: a.select("v", drawn).select("v", inside("r")))
    yield from each(
        "filtered", lambda a: a.select("v", drawn).where("v % 2 = 0").select("v", inside("r"))
    )
    yield from each("by itself", lambda a: a.where(F.rand(7) >= 0).select("v"))
    yield from each("randn", lambda a: a.select("v", F.randn(3).isNotNull().alias("n")))
    yield from each("uuid", lambda a: a.select("v", F.expr("length(uuid(3)) as u")))
    yield from each("no seed", lambda a: a.select("v", F.expr("length(uuid()) as u")))
    yield from each(
        "shuffle", lambda a: a.select("v", F.expr("sort_array(shuffle(array(v, 2, 3), 5)) as s"))
    )
    yield from each(
        "lambda",
        lambda a: a.select("v", F.expr("transform(array(1, 2), x -> rand(7) < 1) as s")),
    )
    yield from each("branch", lambda a: a.select("v", F.expr("if(v % 2 = 0, rand(7), 2) < 1 as r")))
    yield from each(
        "counted", lambda a: a.select((F.rand(7) < 1).alias("all")).groupBy("all").count(), "update"
    )
    yield from each("randstr", lambda a: a.select("v", F.expr("length(randstr(3, 5)) as t")))
    yield from each("uniform", lambda a: a.select("v", F.expr("uniform(0, 100, 5) < 100 as t")))
    yield from each(
        "of one seed", lambda a: a.select("v", (F.rand(7) == F.rand(7)).isNotNull().alias("t"))
    )
