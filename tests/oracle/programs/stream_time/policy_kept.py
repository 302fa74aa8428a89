"""Is the watermark policy of the first start kept at a restart with another setting?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"
POLICY = "spark.sql.streaming.multipleWatermarkPolicy"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


def run(spark, ctx):
    def both(source):
        one = source("a", SCHEMA).withWatermark("t", "0 seconds")
        other = source("b", SCHEMA).withWatermark("t", "0 seconds")
        return one.union(other).groupBy(F.window("t", "10 seconds"), "k").count()

    for first, second in (("max", "min"), ("min", "max")):
        spark.conf.set(POLICY, first)
        with ctx.script(both) as script:
            yield f"{first}: start", script.step(a=[at("00:11")], b=[at("00:30", "b")])
            script.stop()
            spark.conf.set(POLICY, second)
            yield f"{first}: then {second}", script.step(a=[at("00:32")], b=[at("00:50", "b")])
            yield f"{first}: setting", spark.conf.get(POLICY)
