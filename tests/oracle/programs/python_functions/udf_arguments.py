"""As which Python values does a `udf` see each type?"""

from pyspark.sql import functions as F

SQL = """
select 1 a, 2L b, 1.5F c, 2.5D d, 'x' e, true f, date'2020-01-02' g,
  timestamp'2020-01-02 03:04:05.123456' h, 1.50BD i, array(1, null) j, map('a', 1) k,
  struct(1 as x, 'b' as y) l, cast(1 as byte) m, cast(null as int) n, x'00ff' o,
  timestamp_ntz'2020-01-01 00:00:00' p, interval '1 02:03:04.5' day to second q,
  array(timestamp'2020-01-02 03:04:05') r, map('a', array(struct(1 as z))) s,
  struct(date'2020-01-02' as t, struct(cast(null as string) as u) as v) t, cast(3 as short) u,
  array() v, null w, cast('NaN' as double) x, map() y
"""


def run(spark, ctx):
    df = spark.sql(SQL)
    for label, arrow in (("arrow", True), ("pickled", False)):
        show = F.udf(lambda x: f"{type(x).__name__} {x!r}", useArrow=arrow)
        for name in df.columns:
            yield f"{label} {name}", ctx.outcome(lambda: df.select(show(name)).collect()[0][0])
