"""What does the option singleVariantColumn make of JSON and CSV files?"""


def run(spark, ctx):
    ctx.write_lines(
        "j/a.json", ['{"a": 1, "b": [true, null]}', "[1, 2]", "3", '"x"', "null", "", "{bad"]
    )
    ctx.write_lines("c/a.csv", ["a,b", "1,x", "2.5,", ",true", "1,2,3"])
    ctx.write_lines("p/k=1/a.json", ['{"a": 1}'])

    def rows(df):
        names = df.columns
        shown = df.selectExpr(*(f"CAST({n} AS STRING) AS {n}" for n in names))
        return [df.schema.json(), [[*row] for row in shown.collect()]]

    def read(**options):
        return spark.read.options(**options)

    cases = {
        "json": lambda: read(singleVariantColumn="v").json(ctx.path("j")),
        "json failfast": lambda: read(singleVariantColumn="v", mode="FAILFAST").json(ctx.path("j")),
        "json drop": lambda: read(singleVariantColumn="v", mode="DROPMALFORMED").json(
            ctx.path("j")
        ),
        "json lines whole": lambda: read(singleVariantColumn="v", multiLine=True).json(
            ctx.path("p")
        ),
        "json partitions": lambda: read(singleVariantColumn="v").json(ctx.path("p")),
        "json with schema": lambda: (
            read(singleVariantColumn="v").schema("a int").json(ctx.path("j"))
        ),
        "json with its schema": lambda: (
            read(singleVariantColumn="v").schema("v variant").json(ctx.path("j"))
        ),
        "json with corrupt": lambda: (
            read(singleVariantColumn="v")
            .schema("v variant, _corrupt_record string")
            .json(ctx.path("j"))
        ),
        "json of the corrupt name": lambda: read(singleVariantColumn="_corrupt_record").json(
            ctx.path("j")
        ),
        "csv": lambda: read(singleVariantColumn="v", header=True).csv(ctx.path("c")),
        "csv no header": lambda: read(singleVariantColumn="v").csv(ctx.path("c")),
        "csv inferred": lambda: read(singleVariantColumn="v", header=True, inferSchema=True).csv(
            ctx.path("c")
        ),
        "from_json": lambda: spark.sql(
            "SELECT from_json('{\"a\": 1}', 'v variant', map('singleVariantColumn', 'v')) AS x"
        ),
        "stream": lambda: (
            spark.readStream.options(singleVariantColumn="v").json(ctx.path("j")).schema.json()
        ),
    }
    for label, make in cases.items():

        def told(make=make):
            df = make()
            return df if isinstance(df, str) else rows(df)

        yield label, ctx.outcome(told)
