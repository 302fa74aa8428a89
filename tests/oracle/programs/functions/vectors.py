"""What do the functions of vectors give?"""

PAIRS = ["vector_cosine_similarity", "vector_inner_product", "vector_l2_distance"]


def calls():
    for name in PAIRS:
        yield f"{name}(a, b)"
        yield f"{name}(a, a)"
        yield f"{name}(a, z)"
        yield f"{name}(e, e)"
        yield f"{name}(a, n)"
        yield f"{name}(a, s)"
        yield f"{name}(a, d)"
        yield f"{name}(d, d)"
        yield f"{name}(array(1, 2), a)"
        yield f"{name}(a, NULL)"
        yield f"{name}(a)"
        yield f"{name}(a, 'x')"
    for name in ("vector_norm", "vector_normalize"):
        yield f"{name}(a)"
        for degree in (
            "1.0F",
            "2.0F",
            "float('inf')",
            "2.0D",
            "1",
            "3.0F",
            "f",
            "NULL",
            "'x'",
            "float('nan')",
        ):
            yield f"{name}(a, {degree})"
        yield f"{name}(z)"
        yield f"{name}(e)"
        yield f"{name}(n)"
        yield f"{name}(d)"
        yield f"{name}(NULL)"
        yield f"{name}()"


AGGREGATES = [
    "vector_sum(a)",
    "vector_avg(a)",
    "vector_sum(e)",
    "vector_avg(z)",
    "vector_sum(n)",
    "vector_avg(m)",
    "vector_sum(d)",
    "vector_sum(NULL)",
    "vector_avg(x)",
    "vector_avg()",
    "vector_sum(a) FILTER (WHERE k = 'a')",
    "vector_sum(DISTINCT a)",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT *, transform(da, v -> CAST(v AS FLOAT)) AS a, transform(db, v -> CAST(v AS FLOAT)) AS b, "
        "array(0.0F, 0.0F, 0.0F) AS z, CAST(array() AS ARRAY<FLOAT>) AS e, CAST(NULL AS ARRAY<FLOAT>) AS n, "
        "array(1.0F, NULL, 3.0F) AS m, array(1.0F) AS s, IF(k = 'a', array(1.0F), array(1.0F, 2.0F)) AS x, da AS d FROM VALUES "
        "('a', array(1.0D, 2.0D, 3.0D), array(4.0D, 5.0D, 6.0D), 2.0F), "
        "('a', array(0.1D, -0.2D, 0.3D), array(3.5D, 0.0D, -1.0D), 1.0F), "
        "('b', array(1e30D, 2e-30D, 3.0D), array(1e20D, 1e20D, 1.0D), 2.0F) AS t(k, da, db, f)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    yield from ctx.cells(list(calls()), "FROM t")
    yield from ctx.cells(AGGREGATES, "FROM t")
    for call, result in ctx.cells(AGGREGATES[:2], "FROM t GROUP BY k"):
        yield f"by key: {call}", result
    for call, result in ctx.cells(AGGREGATES[:2], "FROM t WHERE k > 'x'"):
        yield f"of nothing: {call}", result
    spark.range(0, 17, 1, 1).selectExpr("CAST(id AS FLOAT) * 0.1F AS v").createOrReplaceTempView(
        "r"
    )
    long = "(SELECT collect_list(CAST(v AS FLOAT)) AS a, collect_list(CAST(v * v AS FLOAT)) AS b FROM r)"
    yield from ctx.cells(
        [f"{name}(a, b)" for name in PAIRS] + ["vector_norm(a)", "vector_normalize(b)"],
        f"FROM {long}",
    )
