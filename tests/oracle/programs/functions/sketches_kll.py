"""What are the KLL sketches of Apache DataSketches up to k values, byte for byte, and what are they refused?"""

KINDS = {"bigint": "l", "float": "f", "double": "d"}


def calls_of(kind, column):
    sketch = f"kll_sketch_agg_{kind}({column})"
    yield f"hex({sketch})"
    yield f"hex({sketch} FILTER (WHERE i = 1))"
    yield f"hex({sketch} FILTER (WHERE i = 99))"
    yield f"hex(kll_sketch_agg_{kind}({column}, 8))"
    yield f"kll_sketch_to_string_{kind}({sketch})"
    yield f"kll_sketch_to_string_{kind}({sketch} FILTER (WHERE i = 99))"
    yield f"kll_sketch_to_string_{kind}({sketch} FILTER (WHERE i = 1))"
    yield f"kll_sketch_get_n_{kind}({sketch})"
    yield f"kll_sketch_get_n_{kind}(NULL)"
    yield f"hex(kll_sketch_merge_{kind}({sketch}, {sketch}))"
    yield f"hex(kll_sketch_merge_{kind}({sketch}, kll_sketch_agg_{kind}({column}, 8)))"
    yield f"kll_sketch_get_n_{kind}(kll_sketch_merge_{kind}(kll_sketch_agg_{kind}({column}, 8), {sketch}))"
    yield f"kll_sketch_merge_{kind}({sketch}, NULL)"
    for rank in (
        "0.5",
        "0.0D",
        "1.0D",
        "0.3D",
        "array(0.0D, 0.25D, 1.0D)",
        "array()",
        "NULL",
        "CAST(0.5 AS FLOAT)",
        "1",
    ):
        yield f"kll_sketch_get_quantile_{kind}({sketch}, {rank})"
    for value in (
        "3",
        "3L",
        "CAST(3 AS FLOAT)",
        "3.0D",
        "array(1, 2, 9)",
        "array(1L, 3L)",
        "array(1.0D)",
        "NULL",
        "'3'",
        "-100",
    ):
        yield f"kll_sketch_get_rank_{kind}({sketch}, {value})"
    yield f"kll_sketch_get_quantile_{kind}({sketch}, 1.5D)"
    yield f"kll_sketch_get_quantile_{kind}({sketch}, -0.1D)"
    yield f"kll_sketch_get_quantile_{kind}({sketch}, first(q))"
    yield f"kll_sketch_get_rank_{kind}({sketch}, first({column}))"
    yield f"kll_sketch_get_quantile_{kind}({sketch} FILTER (WHERE i = 99), 0.5D)"
    yield f"kll_sketch_get_rank_{kind}({sketch} FILTER (WHERE i = 99), 3)"
    yield f"kll_sketch_get_n_{kind}({sketch} FILTER (WHERE i = 99))"
    for other in ("i", "t", "l", "f", "d", "s", "dec", "NULL"):
        yield f"length(kll_sketch_agg_{kind}({other}))"
    for k in ("7", "65536", "65535", "i", "NULL", "'9'", "8L", "1 + 8"):
        yield f"length(kll_sketch_agg_{kind}({column}, {k}))"
    yield f"kll_sketch_to_string_{kind}(X'00')"
    yield f"kll_sketch_get_n_{kind}(X'0102030405060708')"
    yield f"kll_sketch_get_n_{kind}(i)"
    yield f"kll_sketch_get_quantile_{kind}(X'0102030405060708', 0.5D)"
    yield f"kll_sketch_get_rank_{kind}(X'0102030405060708', 1)"
    yield f"kll_sketch_merge_{kind}(X'0102030405060708', {sketch})"
    yield f"kll_merge_agg_{kind}(X'0102030405060708')"
    yield f"kll_merge_agg_{kind}(i)"
    yield f"length(kll_merge_agg_{kind}(NULL))"
    yield f"kll_sketch_agg_{kind}()"


def merges_of(kind):
    yield f"hex(kll_merge_agg_{kind}(h))"
    yield f"hex(kll_merge_agg_{kind}(h, 100))"
    yield f"hex(kll_merge_agg_{kind}(h, 8))"
    yield f"kll_sketch_get_n_{kind}(kll_merge_agg_{kind}(h))"
    yield f"length(kll_merge_agg_{kind}(h, 7))"
    yield f"length(kll_merge_agg_{kind}(h, i))"
    yield f"kll_sketch_get_quantile_{kind}(kll_merge_agg_{kind}(h), array(0.25D, 0.5D, 0.75D))"


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 5, 1Y, 5L, 5.5F, 5.5D, 'x', 1.5, 0.5D), ('a', 1, 2Y, 1L, 1.5F, 1.5D, 'y', 2.5, 0.25D), "
        "('a', 3, 2Y, 3L, 3.5F, 3.5D, 'z', 2.5, 0.1D), ('b', 3, 3Y, -7L, float('nan'), double('nan'), NULL, NULL, NULL), "
        "('b', 9, 3Y, NULL, NULL, NULL, NULL, NULL, NULL), ('b', 2, 3Y, 8L, -0.0F, -0.0D, NULL, NULL, NULL), "
        "('c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS t(k, i, t, l, f, d, s, dec, q)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    for kind, column in KINDS.items():
        yield from ctx.cells(list(calls_of(kind, column)), "FROM t")
        for call, result in ctx.cells(
            [f"hex(kll_sketch_agg_{kind}({column}))"], "FROM t GROUP BY k"
        ):
            yield f"by key: {call}", result
        for call, result in ctx.cells(
            [f"hex(kll_sketch_agg_{kind}({column}, 9))"], "FROM t WHERE k > 'x'"
        ):
            yield f"of nothing: {call}", result
        parts = (
            f"(SELECT k, kll_sketch_agg_{kind}({column}) AS h, 9 AS i FROM t GROUP BY k ORDER BY k)"
        )
        for label, where in [("", ""), ("none: ", " WHERE k > 'x'"), ("one: ", " WHERE k = 'a'")]:
            spark.sql(f"SELECT * FROM {parts}{where}").coalesce(1).createOrReplaceTempView("u")
            for call, result in ctx.cells(list(merges_of(kind)), "FROM u"):
                yield f"{label}{call}", result
    spark.range(0, 200, 1, 1).createOrReplaceTempView("r")
    exact = [
        "md5(kll_sketch_agg_bigint(id))",
        "kll_sketch_to_string_bigint(kll_sketch_agg_bigint(id))",
        "kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), array(0.1D, 0.5D, 0.999D))",
        "kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), array(0L, 100L, 199L, 200L))",
        "md5(kll_sketch_agg_double(id))",
        "md5(kll_sketch_agg_double(CAST(id AS DOUBLE)))",
    ]
    yield from ctx.cells(exact, "FROM r")
    # Above k values a sketch throws coins: what is sure is its bounds.
    spark.range(0, 100000, 1, 1).createOrReplaceTempView("r")
    bounds = [
        "abs(kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), 0.5D) - 50000) < 5000",
        "abs(kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), 25000L) - 0.25) < 0.05",
        "kll_sketch_get_n_bigint(kll_sketch_agg_bigint(id))",
        "kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), array(0.0D, 1.0D))",
        "substring(hex(kll_sketch_agg_bigint(id)), 1, 40)",
        "length(kll_sketch_agg_bigint(id)) BETWEEN 2000 AND 5500",
        "length(kll_sketch_agg_double(CAST(id AS DOUBLE), 400)) BETWEEN 4000 AND 11000",
    ]
    for call, result in ctx.cells(bounds, "FROM r"):
        yield f"100000: {call}", result
