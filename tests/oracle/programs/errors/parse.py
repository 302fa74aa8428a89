"""SQL that cannot be parsed: where and why."""

QUERIES = [
    "selec 1",
    "select",
    "select * from",
    "select 1 +",
    "select (1",
    "select 1 from t where",
    "select a b c from t",
    "select * from t group",
    "select 'open",
    "select * fro t",
    "select 1; select 2",
    "",
    "   ",
    "select count(* from t",
    "select * from t order action",
    "select case when 1 then",
    "select from t",
    "insert",
    "select `a from t",
    "select 1 limit",
    "with a as select 1 select 2",
    "select *\nfrom t\nwhere a ==== 1",
    "select cast(1 as) from t",
    "select interval from",
    "select 1 as from",
]


def run(spark, ctx):
    for text in QUERIES:
        yield repr(text), ctx.outcome(lambda text=text: spark.sql(text).columns)
    df = spark.range(1)
    yield "expr", ctx.error(lambda: df.selectExpr("id +"))
    yield "filter", ctx.error(lambda: df.filter("id >"))
    yield "type", ctx.error(lambda: df.selectExpr("cast(id as array<int)"))
