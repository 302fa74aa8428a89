"""nullValue, emptyValue, nanValue, positiveInf and negativeInf."""


def run(spark, ctx):
    path = ctx.write_lines("a.csv", ['1,,""', "2,NULL,-", '3,"NULL","-"', "4,nan,oo", "5,x,-oo"])
    text = "i int, a string, b string"
    yield "default", spark.read.schema(text).csv(path)
    yield "nullValue", spark.read.schema(text).csv(path, nullValue="NULL")
    yield "nullValue dash", spark.read.schema(text).csv(path, nullValue="-")
    yield "emptyValue", spark.read.schema(text).csv(path, emptyValue="EMPTY")
    numbers = "i int, a double, b double"
    yield (
        "special numbers",
        spark.read.schema(numbers).csv(path, nanValue="nan", positiveInf="oo", negativeInf="-oo"),
    )
    yield "inferred", spark.read.csv(path, inferSchema=True, nullValue="NULL")
    yield (
        "inferred special",
        spark.read.csv(path, inferSchema=True, nanValue="NULL", positiveInf="oo"),
    )
