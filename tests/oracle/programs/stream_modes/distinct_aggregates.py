"""Which aggregates with DISTINCT, and which groupings of several sets, does a stream allow?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def outcomes(ctx, builds, modes=("append", "update", "complete")):
    """For each frame and mode: does it start? Nothing is read."""
    for name, build in builds.items():
        for mode in modes:

            def start(build=build, mode=mode):
                with ctx.script(build, mode) as script:
                    script.start()
                return "starts"

            yield f"{name}, {mode}", ctx.outcome(start)


def run(spark, ctx):
    def plain(source):
        return source("a", SCHEMA)

    def windows(source):
        rows = plain(source).withWatermark("t", "1 minute")
        return rows.groupBy(F.window("t", "1 minute"))

    def sql(text):
        def build(source):
            plain(source).createOrReplaceTempView("s")
            return spark.sql(text)

        return build

    yield from outcomes(
        ctx,
        {
            "count distinct": lambda s: plain(s).groupBy("k").agg(F.count_distinct("v")),
            "count distinct in windows": lambda s: windows(s).agg(F.count_distinct("v")),
            "sum distinct": lambda s: plain(s).agg(F.sum_distinct("v")),
            "max distinct": sql("SELECT max(DISTINCT v) m FROM s"),
            "collect_set": lambda s: plain(s).groupBy("k").agg(F.collect_set("v")),
            "collect_list distinct": sql("SELECT collect_list(DISTINCT v) l FROM s"),
            "filtered distinct": sql("SELECT count(DISTINCT v) FILTER (WHERE v > 1) l FROM s"),
            "distinct in having": sql("SELECT k FROM s GROUP BY k HAVING count(DISTINCT v) > 1"),
            "approx_count_distinct": lambda s: plain(s).agg(F.approx_count_distinct("v")),
            "cube": lambda s: plain(s).cube("k", "v").count(),
            "rollup": lambda s: plain(s).rollup("k", "v").count(),
            "grouping sets": sql(
                "SELECT k, v, grouping_id() g, count(*) n FROM s GROUP BY GROUPING SETS ((k), (v))"
            ),
            "groupingSets": lambda s: (
                plain(s).groupingSets([["k"], ["v"]], "k", "v").agg(F.count("*").alias("n"))
            ),
            "having": sql("SELECT k FROM s GROUP BY k HAVING count(*) > 1"),
            "select distinct": sql("SELECT DISTINCT k FROM s"),
            "order by": sql("SELECT k, count(*) n FROM s GROUP BY k ORDER BY n"),
            "limit": sql("SELECT k, count(*) n FROM s GROUP BY k LIMIT 2"),
            "pivot with values": lambda s: plain(s).groupBy("k").pivot("v", [1, 2]).count(),
            "pivot": lambda s: plain(s).groupBy("k").pivot("v").count(),
            "crosstab": lambda s: plain(s).crosstab("k", "v"),
        },
    )
