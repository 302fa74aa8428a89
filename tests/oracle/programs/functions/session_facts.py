"""Facts of the session: user, catalog, database; with and without parentheses."""

CALLS = [
    "current_catalog()",
    "current_catalog",
    "current_database()",
    "current_schema()",
    "current_database",
    "current_schema",
    "current_path()",
]

USERS = ["current_user()", "user()", "session_user()", "current_user", "user", "session_user"]

ERRORS = ["current_catalog(1)", "current_user(1)", "version(1)", "current_database('x')", "user(1)"]


def run(spark, ctx):
    yield from ctx.expressions(CALLS)
    for call in USERS:
        df = spark.sql(
            f"SELECT {call}, {call} = current_user() AS same, length({call}) > 0 AS some"
        )
        yield (
            call,
            ctx.outcome(
                lambda df=df: [
                    df.columns,
                    df.dtypes,
                    [f.nullable for f in df.schema],
                    list(df.first())[1:],
                ]
            ),
        )
    df = spark.sql("SELECT version()")
    yield (
        "version",
        ctx.outcome(
            lambda: [
                df.columns,
                df.dtypes,
                df.first()[0].split(" ")[0][:3],
                len(df.first()[0].split(" ")),
            ]
        ),
    )
    yield from ctx.expressions(ERRORS)
    spark.sql("SELECT 5 AS user, 6 AS current_database").createOrReplaceTempView("t")
    yield "columns of those names", spark.sql("SELECT user, current_database FROM t")
