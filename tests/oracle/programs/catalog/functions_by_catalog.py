"""What does the catalog say of functions?"""


def run(spark, ctx):
    exists = spark.catalog.functionExists
    yield "exists", [exists("upper"), exists("UPPER"), exists("fc_no")]
    yield "exists in default", [exists("upper", "default"), exists("default.upper")]
    found = spark.catalog.getFunction("abs")
    yield "get builtin", (found.name, found.catalog, found.namespace, found.isTemporary)
    yield "get unknown", ctx.error(lambda: spark.catalog.getFunction("fc_no"))
    spark.udf.register("fc_py", lambda x: x, "int")
    found = spark.catalog.getFunction("fc_py")
    yield "get python", (found.name, found.catalog, found.namespace, found.isTemporary)
    yield "exists python", [exists("fc_py"), exists("FC_PY"), exists("default.fc_py")]
    yield "listed", [f.name for f in spark.catalog.listFunctions(pattern="fc_*")]
    yield "SHOW USER FUNCTIONS", ctx.statement("SHOW USER FUNCTIONS LIKE 'fc_*'")
    spark.sql("DROP TEMPORARY FUNCTION fc_py")
    yield "dropped", exists("fc_py")
    yield "called when dropped", ctx.error(lambda: spark.sql("SELECT fc_py(1)"))
    yield "dropped again", ctx.statement("DROP TEMPORARY FUNCTION fc_py")
    yield "dropped if there", ctx.statement("DROP TEMPORARY FUNCTION IF EXISTS fc_py")
    yield "drop builtin", ctx.statement("DROP FUNCTION upper")
    yield "drop unknown", ctx.statement("DROP FUNCTION fc_no")
    yield "drop unknown if there", ctx.statement("DROP FUNCTION IF EXISTS fc_no")
