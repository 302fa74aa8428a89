"""Do rows and schema come back from Parquet, ORC and JSON as they were written?"""

SCALARS = """
SELECT * FROM VALUES
  (1, true, 1Y, 2S, 4L, 1.5F, 2.5D, 12.340, 'text', X'00FF', DATE '2024-02-29',
   TIMESTAMP '2024-01-02 03:04:05.678901', TIMESTAMP_NTZ '1999-12-31 23:59:59.5'),
  (2, false, -1Y, -2S, -4L, float('NaN'), double('-Infinity'), -0.001, '', X'',
   DATE '1960-01-01', TIMESTAMP '1969-12-31 23:59:59.999999', TIMESTAMP_NTZ '1950-01-01 00:00:00'),
  (3, null, null, null, null, null, null, null, null, null, null, null, null)
AS t(i, bo, b, s, l, f, d, dec, st, bin, da, ts, ntz)
"""


def run(spark, ctx):
    scalars = spark.sql(SCALARS)
    nested = spark.sql(
        "SELECT array(1, null, 3) a, map('x', 1, 'y', null) m,"
        " named_struct('p', 1, 'q', array('z')) s, array(array(1), null) aa,"
        " map('k', named_struct('v', map(1, 2.5D))) mm, cast(null as array<string>) n"
    )
    wide = spark.sql(
        "SELECT cast(1.5 as decimal(9,2)) a, cast(1.5 as decimal(18,4)) b,"
        " cast(123456789012345678901234567890.5 as decimal(38,5)) c"
    )
    for fmt in ("parquet", "orc"):
        for name, df in (("scalars", scalars), ("nested", nested), ("wide", wide)):
            place = ctx.path(f"{fmt}-{name}")
            df.coalesce(1).write.format(fmt).save(place)
            yield f"{fmt}, {name}", spark.read.format(fmt).load(place)
            yield f"{fmt}, {name}: files", ctx.files(f"{fmt}-{name}")
        empty = ctx.path(f"{fmt}-empty")
        scalars.limit(0).write.format(fmt).save(empty)
        yield f"{fmt}, empty", spark.read.format(fmt).load(empty)
        yield f"{fmt}, empty: files", ctx.files(f"{fmt}-empty")
