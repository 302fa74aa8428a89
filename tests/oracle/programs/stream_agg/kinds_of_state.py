"""What do the rarer aggregates of a stream give, with a restart at each batch?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT, w DOUBLE, s STRING, l ARRAY<INT>, d DECIMAL(38,2)"


def row(second, k, v, w=None, s=None, numbers=None, d=None):
    return {
        "t": f"2024-01-01T00:00:{second:02}Z",
        "k": k,
        "v": v,
        "w": w,
        "s": s,
        "l": numbers,
        "d": d,
    }


STEPS = [
    {"a": [row(1, "a", 3, 0.5, "x", [1], 1.25), row(2, "b", None)]},
    {"a": [row(3, "a", 1, 2.5, "y", [1, 2], 2.5), row(4, "a", 9, 7.0, "z")]},
    {"a": [row(25, "a", 9), row(5, "b", 2, 1.0, "q", [None], 9.0)]},
    {"a": [row(59, "c", 2, 1.0, "q")]},
]
FAMILIES = {
    "regression": [
        f"round({name}(v, w), 6) AS {name}"
        for name in ("regr_avgx", "regr_avgy", "regr_sxx", "regr_sxy", "regr_syy", "regr_slope")
    ]
    + ["regr_count(v, w) AS n", "round(regr_r2(v, w), 6) AS r2"],
    "extremes": [
        "max_by(s, v, 2) AS max2",
        "min_by(s, v, 2) AS min2",
        "max_by(v, w) AS m",
        "min_by(v, w) AS n",
    ],
    "sums": [
        "try_sum(d) AS ts",
        "try_avg(d) AS ta",
        "avg(d) AS a",
        "sum(make_dt_interval(0, 0, 0, v)) AS i",
        "avg(make_dt_interval(0, 0, 0, v)) AS ai",
        "CAST(sum(make_ym_interval(0, v)) AS STRING) AS y",
    ],
    "bits": [
        "bitmap_count(bitmap_construct_agg(v)) AS c",
        "hex(substr(bitmap_or_agg(CAST(s AS BINARY)), 1, 4)) AS o",
        "hex(substr(bitmap_and_agg(CAST(s AS BINARY)), 1, 4)) AS a",
        "bit_xor(v) AS x",
    ],
    "sketches": [
        "histogram_numeric(v, 2) AS h",
        "hex(count_min_sketch(v, 0.5D, 0.5D, 1)) AS c",
        "approx_count_distinct(v) AS n",
        "approx_count_distinct(s, 0.2) AS m",
    ],
    "collected": [
        "sort_array(collect_union(l)) AS u",
        "first(v) IGNORE NULLS AS f",
        "last_value(s, true) AS e",
        "any_value(v) IGNORE NULLS AS g",
        "collect_list(v) FILTER (WHERE v > 1) AS c",
    ],
}


def run(spark, ctx):
    for family, calls in FAMILIES.items():

        def build(source, calls=calls):
            rows = source("a", SCHEMA).withWatermark("t", "5 seconds")
            return rows.groupBy(F.window("t", "10 seconds"), "k").agg(*map(F.expr, calls))

        def plain(source, calls=calls):
            return source("a", SCHEMA).groupBy("k").agg(*map(F.expr, calls))

        yield from ctx.steps(f"{family}, append", build, "append", STEPS, restart_each_step=True)
        yield from ctx.steps(f"{family}, update", plain, "update", STEPS, restart_each_step=True)

    def product(source):
        return source("a", SCHEMA).groupBy("k").agg(F.product("w"), F.product("v"))

    yield from ctx.steps("product", product, "complete", STEPS, restart_each_step=True)
