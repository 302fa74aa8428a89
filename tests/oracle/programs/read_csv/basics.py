"""Which columns, names and values does a CSV file have by default and with a header?"""


def run(spark, ctx):
    path = ctx.write_lines(
        "a.csv",
        ["id,name,price", "1,Ann,2.5", "2,,3", "3,O'Hara,", '4,"Smith, Jane",1e3', "", "5"],
    )
    yield "plain", spark.read.csv(path)
    yield "header", spark.read.csv(path, header=True)
    yield "inferred", spark.read.csv(path, header=True, inferSchema=True)
    typed = spark.read.schema("id int, name string, price double")
    yield "schema with header", typed.option("header", True).csv(path)
    yield "schema without header", typed.csv(path)
    yield "some columns", typed.option("header", True).csv(path).select("price")
    yield "no columns", typed.option("header", True).csv(path).groupBy().count()
    yield "order", ctx.ordered(typed.csv(path, header=True))
    yield "format", spark.read.format("csv").option("header", "true").load(path)
    second = ctx.write_lines("b.csv", ["id,name,price", "7,Bo,1"])
    yield "two files", typed.csv([path, second], header=True)
    yield "sql", spark.sql(f"SELECT _c0 FROM csv.`{second}`")
