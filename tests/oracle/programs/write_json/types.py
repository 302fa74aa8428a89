"""How does each type look in a written JSON line, and what do nulls become?"""

ROWS = """
SELECT * FROM VALUES
  (1, true, 1Y, 2S, 3, 4L, 1.5F, 2.5D, 12.340, 'a"b\\\\c/é\\u0001\\t\\n', X'00FF10',
   DATE '2024-02-29', TIMESTAMP '2024-01-02 03:04:05.678901', TIMESTAMP_NTZ '1999-12-31 23:59:59'),
  (2, false, -1Y, -2S, -3, -4L, -0.0F, 1e300D, -0.001, '', X'',
   DATE '0001-01-01', TIMESTAMP '1900-01-01 00:00:00', TIMESTAMP_NTZ '2024-01-02 03:04:05.1'),
  (3, null, null, null, null, null, null, null, null, null, null, null, null, null)
AS t(i, bo, b, s, n, l, f, d, dec, st, bin, da, ts, ntz)
"""


def run(spark, ctx):
    def written(name, df, **options):
        df.coalesce(1).write.options(**options).json(ctx.path(name))
        return ctx.texts(name)

    df = spark.sql(ROWS).orderBy("i")
    yield "scalars", written("scalars", df)
    yield "scalars with nulls", written("nulls", df, ignoreNullFields=False)
    yield "names", ctx.files("scalars")
    nested = spark.sql(
        "SELECT array(1, null, 3) a, array() e, map('x', 1, 'y', null) m,"
        " map(1, 'k', 2, 'l') mi, named_struct('p', 1, 'q', cast(null as int)) s,"
        " array(named_struct('p', cast(null as int))) sa, map(DATE '2024-01-01', 1.0D) md,"
        " cast(null as struct<a:int>) ns, array(array('x')) aa,"
        " map(true, named_struct('z', null)) mb"
    )
    yield "nested", written("nested", nested)
    yield "nested with nulls", written("nestednulls", nested, ignoreNullFields="false")
    floats = spark.sql(
        "SELECT float('NaN') n, double('Infinity') i, double('-Infinity') m,"
        " 1e20D big, 0.1F f, 1.0E-5D small, 100D hundred, 1.0E7D seven, 123456789D nine"
    )
    yield "floats", written("floats", floats)
    intervals = spark.sql(
        "SELECT INTERVAL '1-2' YEAR TO MONTH ym, INTERVAL '3 04:05:06.5' DAY TO SECOND dt"
    )
    yield "intervals", written("intervals", intervals)
    yield "calendar", ctx.error(lambda: written("cal", spark.sql("SELECT make_interval(1, 2) c")))
    yield (
        "decimals",
        written("dec", spark.sql("SELECT 1e-10BD a, 123456789012345678.90 b, 0E-8BD c")),
    )
    yield "names of columns", written("cols", spark.sql('SELECT 1 `a b`, 2 `c"d`, 3 `é`, 4 `x.y`'))
    yield "no columns", ctx.outcome(lambda: written("none", spark.range(2).select()))
    yield "empty", written("empty", spark.range(0))
    yield "empty names", ctx.files("empty")
