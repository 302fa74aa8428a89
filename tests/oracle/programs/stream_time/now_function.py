"""Is now() of a stream the moment of its batch, as current_timestamp() and localtimestamp() are?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    def build(source):
        now = F.current_timestamp()
        return source("a", "k STRING").select(
            "k",
            (now == F.now()).alias("same moment"),
            (F.now() == F.now()).alias("same twice"),
            (F.now() > now - F.expr("INTERVAL 1 MINUTE")).alias("near"),
        )

    yield from ctx.steps("now", build, "append", [{"a": [{"k": "a"}]}])
