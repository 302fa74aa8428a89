"""spark.sql.repl.eagerEval: what are a frame's HTML and repr?"""


def run(spark, ctx):
    df = spark.sql(
        """select 1 as a, '<b>&"x"</b>' as `<i>`, cast(null as int) as n, X'410A' as bin,
        array(1, null) as arr, struct(1 as x, 'y' as y) as s, map('k', 1.50) as m,
        1e10D as d, float(1.1) as f, true as t, timestamp'2020-01-01 00:00:00.5' as ts,
        repeat('long ', 9) as long"""
    )
    yield "off html", df._repr_html_()
    yield "off", repr(spark.range(1))
    spark.conf.set("spark.sql.repl.eagerEval.enabled", "true")
    yield "html", df._repr_html_()
    yield "no rows", spark.range(0)._repr_html_()
    yield "many rows", spark.range(30)._repr_html_()
    spark.conf.set("spark.sql.repl.eagerEval.maxNumRows", "1")
    yield "one row", spark.range(3)._repr_html_()
    spark.conf.set("spark.sql.repl.eagerEval.truncate", "3")
    yield "three characters", df.select("long", "bin")._repr_html_()
    spark.conf.set("spark.sql.repl.eagerEval.truncate", "0")
    yield "all characters", df.select("long", "arr")._repr_html_()
    yield "repr after html", repr(spark.range(3))
    yield "names that repeat", df.select("a", df.a)._repr_html_()
    for key in ("enabled", "maxNumRows", "truncate"):
        spark.conf.unset(f"spark.sql.repl.eagerEval.{key}")
