"""Can a query in SQL have event time windows over a marked stream's view, and mark it itself?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(clock, k="a", v=1):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k, "v": v}


STEPS = [{"a": [at("00:01"), at("00:02", "b", 4), at("00:40")]}, {"a": [at("00:03")]}]

QUERIES = {
    "window": "SELECT window, k, sum(v) s FROM marked GROUP BY window(t, '10 seconds'), k",
    "named": "SELECT w.end e, count(*) n FROM marked GROUP BY window(t, '10 seconds') AS w",
    "having": (
        "SELECT window.start, sum(v) s FROM marked GROUP BY window(t, '10 seconds')"
        " HAVING sum(v) > 4"
    ),
    "sub-select": (
        "SELECT w.start, count(*) n FROM (SELECT window(t, '10 seconds') w, * FROM marked)"
        " WHERE v > 0 GROUP BY w"
    ),
    "clause": (
        "SELECT window.start, count(*) n FROM plain WATERMARK t DELAY OF INTERVAL 10 SECONDS"
        " GROUP BY window(t, '10 seconds')"
    ),
    "clause of a time made there": (
        "SELECT window.start, count(*) n FROM (SELECT t AS u FROM plain)"
        " WATERMARK u DELAY OF INTERVAL 10 SECONDS GROUP BY window(u, '10 seconds')"
    ),
    "clause with a bad delay": (
        "SELECT count(*) n FROM plain WATERMARK t DELAY OF INTERVAL -10 SECONDS GROUP BY t"
    ),
    "clause on a text": (
        "SELECT count(*) n FROM plain WATERMARK k DELAY OF INTERVAL 10 SECONDS GROUP BY k"
    ),
}


def run(spark, ctx):
    for name, query in QUERIES.items():

        def build(source, query=query):
            rows = source("a", SCHEMA)
            rows.createOrReplaceTempView("plain")
            rows.withWatermark("t", "10 seconds").createOrReplaceTempView("marked")
            return spark.sql(query)

        yield from ctx.steps(name, build, "append", STEPS)
