"""What are unix_nanos and timestamp_nanos without timestamps of nanoseconds, and with them?"""

CALLS = [
    "unix_nanos(TIMESTAMP'2020-01-01 00:00:00')",
    "unix_nanos(TIMESTAMP_NTZ'2020-01-01 00:00:00')",
    "unix_nanos('2020-01-01')",
    "unix_nanos(1)",
    "unix_nanos(NULL)",
    "unix_nanos(DATE'2020-01-01')",
    "unix_nanos()",
    "timestamp_nanos(1)",
    "timestamp_nanos('a')",
    "timestamp_nanos(1577885075123456789)",
    "timestamp_nanos(NULL)",
    "CAST('2020-01-01' AS TIMESTAMP_NTZ(9))",
    "CAST('2020-01-01' AS TIMESTAMP(9))",
    "CAST('2020-01-01' AS TIMESTAMP_LTZ(7))",
    "CAST('2020-01-01' AS TIMESTAMP(6))",
    "CAST('2020-01-01' AS TIMESTAMP_NTZ(6))",
    "CAST('2020-01-01' AS TIMESTAMP(3))",
]


def run(spark, ctx):
    spark.conf.set("spark.sql.session.timeZone", "UTC")

    def one(call):
        df = spark.sql(f"SELECT {call} AS x")
        rows = [str(v) for (v,) in df.selectExpr("CAST(x AS STRING)").collect()]
        return [[f.name, f.dataType.simpleString(), f.nullable] for f in df.schema], rows

    for call in CALLS:
        yield call, ctx.outcome(lambda call=call: one(call))
    yield "setting", ctx.outcome(lambda: spark.conf.get("spark.sql.timestampNanosTypes.enabled"))
