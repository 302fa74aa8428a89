"""When a sum overflows over several batches, what is the error, and what without ANSI?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, n LONG, p DECIMAL(38,0)"
BIG = 9223372036854775807
STEPS = [
    {"a": [{"k": "a", "n": BIG, "p": 10**38 - 1}]},
    {"a": [{"k": "a", "n": 1, "p": 1}]},
]


def run(spark, ctx):
    builds = {
        "sum of long": F.sum("n"),
        "sum of decimal": F.sum("p"),
        "try_sum of long": F.try_sum("n"),
        "avg of long": F.avg("n"),
    }
    for ansi in ("true", "false"):
        spark.conf.set("spark.sql.ansi.enabled", ansi)
        for name, value in builds.items():

            def build(source, value=value):
                return source("a", SCHEMA).groupBy("k").agg(value.alias("x"))

            if ansi == "true" and name.startswith("sum"):
                with ctx.script(build, "update") as script:
                    yield f"{ansi}, {name}: first", script.step(**STEPS[0])
                    failed = script.failing_step(**STEPS[1])
                    # The message is a traceback through the machine's own folders.
                    yield f"{ansi}, {name}: second", [failed["class"], failed["condition"]]
            else:
                yield from ctx.steps(f"{ansi}, {name}", build, "update", STEPS)
