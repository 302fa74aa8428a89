"""Does a session aggregation written in SQL over a stream give the same?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [{"a": [at(1), at(3, v=2), at(2, "b", 3)]}, {"a": [at(40, "z")]}]


def run(spark, ctx):
    def sessions(source):
        source("a", SCHEMA).withWatermark("t", "10 seconds").createOrReplaceTempView("rows")
        return spark.sql(
            "SELECT session_window.end AS until, k, sum(v) AS s FROM rows GROUP BY session_window(t, '5 seconds'), k"
        )

    yield from ctx.steps("append", sessions, "append", STEPS)
