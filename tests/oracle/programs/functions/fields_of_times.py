"""year to second, week, quarter, weekday, extract."""


def run(spark, ctx):
    df = spark.sql(
        "SELECT * FROM VALUES (timestamp'2016-07-26 02:45:07.123456'), (timestamp'2016-12-31 23:59:59'), "
        "(timestamp'1969-12-31 23:59:59.5'), (timestamp'2017-01-01 00:00:00'), (null) AS v(t)"
    )
    names = [
        "year",
        "quarter",
        "month",
        "day",
        "dayofmonth",
        "dayofweek",
        "weekday",
        "dayofyear",
        "weekofyear",
        "hour",
        "minute",
        "second",
        "last_day",
        "to_date",
        "date",
        "monthname",
        "dayname",
        "unix_seconds",
        "unix_millis",
        "unix_micros",
        "unix_date",
    ]
    for name in names:
        argument = "cast(t AS date)" if name == "unix_date" else "t"
        yield name, df.selectExpr("t", f"{name}({argument})")
    for unit in ["YEAR", "week", "DOW", "second", "yearofweek"]:
        yield f"extract {unit}", df.selectExpr(f"extract({unit} FROM t)")
    for unit in ["year", "quarter", "month", "week", "day", "hour", "minute", "nonsense"]:
        yield f"date_trunc {unit}", df.selectExpr(f"date_trunc('{unit}', t) AS d")
    yield "trunc", df.selectExpr("trunc(t, 'MM') AS m", "trunc(t, 'year') AS y")
