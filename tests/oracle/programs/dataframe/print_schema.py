"""printSchema, schema, dtypes, columns and the text of a frame."""


def run(spark, ctx):
    df = spark.createDataFrame(
        [],
        "a int NOT NULL, b string, l array<struct<x:double,y:map<string,date>>>, t timestamp, d decimal(10,2)",
    )
    yield "tree", ctx.printed(df.printSchema)
    yield "one level", ctx.printed(lambda: df.printSchema(1))
    yield "two levels", ctx.printed(lambda: df.printSchema(2))
    yield "schema", df.schema.jsonValue()
    yield "simple", df.schema.simpleString()
    yield "texts", [repr(df.schema["a"]), str(df.schema["b"].dataType)]
    yield "dtypes", df.dtypes
    yield "columns", df.columns
    yield "repr", repr(df)
    yield "column's repr", repr(df.a)
    yield "no columns", ctx.printed(df.select().printSchema)
    yield "empty repr", repr(df.select())
    yield "toDDL", df.schema.toDDL()
    yield "treeString", df.schema.treeString()
    yield "names", df.schema.names
