"""Which output modes does a session aggregation of a stream allow, and what needs a watermark?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [{"a": [at(1), at(3)]}, {"a": [at(30)]}]


def run(spark, ctx):
    for mark in (True, False):

        def sessions(source, *keys, mark=mark):
            rows = source("a", SCHEMA)
            rows = rows.withWatermark("t", "10 seconds") if mark else rows
            return rows.groupBy(F.session_window("t", "5 seconds"), *keys).count()

        for mode in ("append", "update", "complete"):
            label = f"watermark {mark}, {mode}"
            yield from ctx.steps(label, lambda source: sessions(source, "k"), mode, STEPS)
            with ctx.script(sessions, mode) as script:
                yield f"{label}: without a key", ctx.error(lambda: script.step(a=[at(1)]))
