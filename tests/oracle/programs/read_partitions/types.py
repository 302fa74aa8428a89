"""Which types do the values of partition folders have?"""

CASES = {
    "int": ["1", "2"],
    "long": ["1", "3000000000"],
    "decimal": ["1", "12345678901234567890"],
    "double": ["1", "1.5"],
    "date": ["2020-01-01", "2020-01-02"],
    "timestamp": ["2020-01-01 10%3A00%3A00", "2020-01-02 00%3A00%3A00"],
    "date and timestamp": ["2020-01-01", "2020-01-02 10%3A00%3A00"],
    "int and date": ["1", "2020-01-01"],
    "text": ["a", "1"],
    "null": ["__HIVE_DEFAULT_PARTITION__", "1"],
    "all null": ["__HIVE_DEFAULT_PARTITION__"],
    "boolean": ["true", "false"],
    "zeros": ["01", "02"],
    "letters behind": ["1d", "2f"],
    "escaped": ["a%2Fb", "c%3Dd"],
    "spaces": [" x", "y z"],
    "empty": ["", "x"],
}


def run(spark, ctx):
    for name, values in CASES.items():
        folder = name.replace(" ", "_")
        for number, value in enumerate(values):
            ctx.write_lines(f"{folder}/k={value}/{number}.txt", [f"v{number}"])
        yield name, ctx.outcome(lambda folder=folder: described(spark.read.text(ctx.path(folder))))
    setting = "spark.sql.sources.partitionColumnTypeInference.enabled"
    spark.conf.set(setting, "false")
    yield "without inference", described(spark.read.text(ctx.path("int")))
    yield "without inference, null", described(spark.read.text(ctx.path("null")))
    spark.conf.unset(setting)
    yield "by schema", described(spark.read.schema("value string, k string").text(ctx.path("int")))
    yield (
        "by wrong schema",
        ctx.outcome(
            lambda: described(spark.read.schema("value string, k int").text(ctx.path("text")))
        ),
    )


def described(df):
    rows = sorted((str(row.value), str(row.k)) for row in df.collect())
    return [df.schema.simpleString(), [list(row) for row in rows]]
