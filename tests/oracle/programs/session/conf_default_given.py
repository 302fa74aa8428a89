"""Does a default that is asked for win over the setting's own default?"""


def run(spark, ctx):
    conf = spark.conf
    mode = "spark.sql.sources.partitionOverwriteMode"
    yield "own", conf.get(mode)
    yield "asked for", conf.get(mode, "DYNAMIC")
    yield "None", conf.get(mode, None)
    yield "not its kind", ctx.outcome(lambda: conf.get(mode, "sometimes"))
    yield "number", ctx.outcome(lambda: conf.get("spark.sql.shuffle.partitions", "x"))
    conf.set(mode, "STATIC")
    yield "set to the same", conf.get(mode, "DYNAMIC")
    conf.unset(mode)
    yield "unset", conf.get(mode, "DYNAMIC")
    yield "unknown", conf.get("spark.caudal.nothing", "fallback")
    yield "unknown, None", conf.get("spark.caudal.nothing", None)
