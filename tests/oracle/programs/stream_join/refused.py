"""Which joins of two streams does Spark refuse to start, and with which error?"""

from pyspark.sql import functions as F

LEFT = "lt TIMESTAMP, lk STRING, lv INT"
RIGHT = "rt TIMESTAMP, rk STRING, rv INT"


def clock(second):
    return f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"


def left(second, k, v=1):
    return {"lt": clock(second), "lk": k, "lv": v}


KINDS = ("inner", "cross", "left_outer", "right_outer", "full_outer", "left_semi", "left_anti")
CONDITIONS = {
    "key": "lk = rk",
    "range": "lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS",
    "half range": "lk = rk AND rt >= lt",
    "other half": "lk = rk AND rt <= lt",
    "range without key": "rt BETWEEN lt AND lt + INTERVAL 10 SECONDS",
    "time": "lk = rk AND lt = rt",
}


def run(spark, ctx):
    for marks in ("no watermark", "left watermark", "right watermark", "two watermarks"):
        for name, condition in CONDITIONS.items():
            for kind in KINDS:

                def start(kind=kind, condition=condition, marks=marks):
                    def joined(source):
                        lefts, rights = source("l", LEFT), source("r", RIGHT)
                        if marks in ("left watermark", "two watermarks"):
                            lefts = lefts.withWatermark("lt", "5 seconds")
                        if marks in ("right watermark", "two watermarks"):
                            rights = rights.withWatermark("rt", "5 seconds")
                        return lefts.join(rights, F.expr(condition), kind)

                    with ctx.script(joined) as script:
                        script.start()
                    return "started"

                yield f"{marks}, {name}, {kind}", ctx.outcome(start)

    def crossed(source):
        return source("l", LEFT).crossJoin(source("r", RIGHT))

    with ctx.script(crossed) as script:
        yield "crossJoin", ctx.error(lambda: script.step(l=[left(1, "a")]))
