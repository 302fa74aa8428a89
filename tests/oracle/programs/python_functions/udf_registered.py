"""How do registered functions behave in SQL text, `call_udf`, `expr`?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.range(4)
    plus = spark.udf.register("plus_one", lambda x: x + 1, "int")
    yield "gives", [plus.evalType, str(plus.returnType), plus.__name__]
    yield "sql", spark.sql("select plus_one(id), PLUS_ONE(id * 2) as x from range(3)")
    yield "names", spark.sql("select Plus_One(id) from range(1)").columns
    yield (
        "nested",
        spark.sql(
            "select plus_one(plus_one(id)) n from range(4) where plus_one(id) > 2 order by plus_one(id)"
        ),
    )
    yield (
        "group",
        spark.sql("select plus_one(id % 2) k, count(*) c from range(4) group by plus_one(id % 2)"),
    )
    yield "having", spark.sql("select id from range(4) group by id having plus_one(max(id)) > 3")
    yield (
        "expr",
        df.select(
            F.expr("plus_one(id)"), F.call_udf("plus_one", "id"), F.call_function("plus_one", df.id)
        ),
    )
    yield "selectExpr", df.selectExpr("plus_one(id) as n").where("plus_one(n) = 3")
    yield "returned", df.select(plus("id"))
    spark.udf.register("text", lambda x: x)
    yield (
        "default type",
        spark.sql("select text(id) t, text('a') u from range(1)").schema.simpleString(),
    )
    yield "default values", spark.sql("select text(id) t, text('a') u from range(2)")
    made = F.udf(lambda x: [x], "array<long>")
    named = spark.udf.register("listed", made)
    yield "of udf", spark.sql("select listed(id) from range(2)")
    yield "of udf call", ctx.error(lambda: named("id"))
    yield "type twice", ctx.error(lambda: spark.udf.register("listed", made, "int"))
    yield "not a function", ctx.error(lambda: spark.udf.register("five", 5))
    yield "unknown", ctx.error(lambda: df.select(F.call_udf("not_there", "id")))
    yield "unknown sql", ctx.error(lambda: spark.sql("select not_there(id) from range(1)"))
    yield (
        "distinct",
        ctx.error(lambda: spark.sql("select plus_one(distinct id) from range(1)").collect()),
    )
    yield (
        "over",
        ctx.error(lambda: spark.sql("select plus_one(id) over () from range(1)").collect()),
    )
    spark.udf.register("upper", lambda x: "mine")
    yield "built in wins", spark.sql("select upper('a') as u")
    spark.udf.register("plus_one", lambda x: x + 10, "int")
    yield "again", spark.sql("select plus_one(1) as n")
    yield (
        "exists",
        [spark.catalog.functionExists("plus_one"), spark.catalog.functionExists("nope_x")],
    )
    yield "catalog", [f.isTemporary for f in spark.catalog.listFunctions() if f.name == "plus_one"]
    df.createOrReplaceTempView("numbers")
    yield "view", spark.sql("select sum(plus_one(id)) as s from numbers")
