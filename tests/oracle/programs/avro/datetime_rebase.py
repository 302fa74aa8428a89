"""Dates and timestamps before 1582: read and written in each rebase mode."""

from pyspark.sql.avro.functions import from_avro, to_avro

DAY = '{"type": "int", "logicalType": "date"}'
MICROS = '{"type": "long", "logicalType": "timestamp-micros"}'
MILLIS = '{"type": "long", "logicalType": "timestamp-millis"}'
LOCAL = '{"type": "long", "logicalType": "local-timestamp-micros"}'


def run(spark, ctx):
    days = spark.sql(
        "SELECT * FROM VALUES (date'2024-02-29'), (date'1582-10-15'), (date'1582-10-04'), "
        "(date'1000-01-01'), (date'0001-01-01') AS t(day)"
    )
    moments = days.selectExpr(
        "cast(day as timestamp) AS moment", "cast(day as timestamp_ntz) AS local"
    )
    write = "spark.sql.avro.datetimeRebaseModeInWrite"
    read = "spark.sql.avro.datetimeRebaseModeInRead"
    for mode in ["CORRECTED", "LEGACY", "EXCEPTION"]:
        spark.conf.set(write, mode)
        cells = days.select("day", to_avro("day", DAY).alias("bytes"))
        yield f"write day {mode}", ctx.outcome(lambda c=cells: sorted(map(tuple, c.collect())))
        cells = moments.select(to_avro("moment", MICROS).alias("bytes"))
        yield (
            f"write moment {mode}",
            ctx.outcome(lambda c=cells: sorted(bytes(r[0]).hex() for r in c.collect())),
        )
    spark.conf.set(write, "CORRECTED")
    day = days.select(to_avro("day", DAY).alias("b"))
    micros = moments.select(to_avro("moment", MICROS).alias("b"))
    millis = moments.select(to_avro("moment", MILLIS).alias("b"))
    local = moments.select(to_avro("local", LOCAL).alias("b"))
    for label, cells, schema in [
        ("day", day, DAY),
        ("micros", micros, MICROS),
        ("millis", millis, MILLIS),
        ("local", local, LOCAL),
    ]:
        for mode in ["CORRECTED", "LEGACY", "EXCEPTION", "unheard"]:
            options = {"datetimeRebaseMode": mode}

            def texts(cells=cells, schema=schema, options=options):
                value = from_avro("b", schema, options).cast("string").alias("v")
                return sorted(row[0] for row in cells.select(value).collect())

            yield f"read {label} {mode}", ctx.outcome(texts)
    spark.conf.set(read, "LEGACY")
    yield "by setting", day.select(from_avro("b", DAY).cast("string").alias("v"))
    yield "no such mode", ctx.error(lambda: spark.conf.set(read, "unheard"))
