"""What are the tuple sketches of Apache DataSketches, byte for byte, and what are they refused?"""

KINDS = {"double": "d", "integer": "v"}


def calls_of(kind, column):
    sketch = f"tuple_sketch_agg_{kind}(i, {column})"
    yield f"hex({sketch})"
    for key in ("l", "s", "x", "f", "d", "ai", "al"):
        yield f"hex(tuple_sketch_agg_{kind}({key}, {column}))"
    for mode in ("sum", "min", "max", "alwaysone", "MAX"):
        yield f"hex(tuple_sketch_agg_{kind}(i, {column}, 12, '{mode}'))"
    yield f"hex(tuple_sketch_agg_{kind}(i, {column}, 4))"
    yield f"hex({sketch} FILTER (WHERE i = 2))"
    yield f"hex({sketch} FILTER (WHERE i = 99))"
    yield f"tuple_sketch_estimate_{kind}({sketch})"
    yield f"tuple_sketch_theta_{kind}({sketch})"
    for mode in ("", ", 'sum'", ", 'min'", ", 'max'", ", 'alwaysone'"):
        yield f"tuple_sketch_summary_{kind}({sketch}{mode})"
    yield f"tuple_sketch_summary_{kind}({sketch} FILTER (WHERE i = 99), 'min')"
    other = f"tuple_sketch_agg_{kind}(l, {column})"
    for name in ("union", "intersection", "difference"):
        yield f"hex(tuple_{name}_{kind}({sketch}, {other}))"
        yield f"hex(tuple_{name}_theta_{kind}({sketch}, theta_sketch_agg(l)))"
        yield f"tuple_{name}_{kind}({sketch}, NULL)"
        yield f"tuple_{name}_{kind}(x, {sketch})"
        yield f"tuple_{name}_theta_{kind}({sketch}, x)"
        yield f"tuple_{name}_theta_{kind}({sketch}, {sketch})"
        yield f"tuple_{name}_{kind}({sketch}, theta_sketch_agg(i))"
        yield f"tuple_{name}_{kind}({sketch}, i)"
    yield f"hex(tuple_union_{kind}({sketch}, {other}, 5))"
    yield f"hex(tuple_union_{kind}({sketch}, {other}, 5, 'max'))"
    yield f"hex(tuple_union_theta_{kind}({sketch}, theta_sketch_agg(l), 5, 'min'))"
    yield f"hex(tuple_intersection_{kind}({sketch}, {other}, 'min'))"
    yield f"hex(tuple_intersection_theta_{kind}({sketch}, theta_sketch_agg(l), 'max'))"
    yield f"hex(tuple_union_{kind}({sketch}, {other}, mode => 'max'))"
    yield f"tuple_union_{kind}({sketch}, {other}, 3)"
    yield f"tuple_union_{kind}({sketch}, {other}, 12, 'avg')"
    yield f"tuple_intersection_{kind}({sketch}, {other}, 'avg')"
    yield f"tuple_sketch_summary_{kind}({sketch}, 'avg')"
    yield f"tuple_sketch_summary_{kind}({sketch}, NULL)"
    yield f"tuple_sketch_estimate_{kind}(x)"
    yield f"tuple_sketch_estimate_{kind}(i)"
    yield f"tuple_sketch_estimate_{kind}(NULL)"
    yield f"tuple_sketch_theta_{kind}(x)"
    yield f"tuple_sketch_summary_{kind}(x)"
    yield f"tuple_sketch_estimate_{kind}(theta_sketch_agg(i))"
    yield f"tuple_sketch_agg_{kind}(i, {column}, 3)"
    yield f"tuple_sketch_agg_{kind}(i, {column}, 27)"
    yield f"tuple_sketch_agg_{kind}(i, {column}, i)"
    yield f"tuple_sketch_agg_{kind}(i, {column}, NULL)"
    yield f"tuple_sketch_agg_{kind}(i, {column}, 12, 'avg')"
    yield f"tuple_sketch_agg_{kind}(i, {column}, 12, s)"
    yield f"tuple_sketch_agg_{kind}(i, {column}, 12, NULL)"
    yield f"tuple_sketch_agg_{kind}(b, {column})"
    yield f"tuple_sketch_agg_{kind}(i, s)"
    yield f"tuple_sketch_agg_{kind}(i, b)"
    yield f"hex(tuple_sketch_agg_{kind}(i, i))"
    yield f"hex(tuple_sketch_agg_{kind}(i, l))"
    yield f"hex(tuple_sketch_agg_{kind}(i, f))"
    yield f"hex(tuple_sketch_agg_{kind}(i, d))"
    yield f"tuple_sketch_agg_{kind}(i)"
    yield f"tuple_union_agg_{kind}(x)"
    yield f"tuple_union_agg_{kind}(i)"
    yield f"tuple_intersection_agg_{kind}(x)"


def sets_of(kind):
    yield f"hex(tuple_union_agg_{kind}(h))"
    yield f"hex(tuple_union_agg_{kind}(h, 5))"
    for mode in ("min", "max", "alwaysone"):
        yield f"hex(tuple_union_agg_{kind}(h, 12, '{mode}'))"
        yield f"hex(tuple_intersection_agg_{kind}(h, '{mode}'))"
    yield f"hex(tuple_intersection_agg_{kind}(h))"
    yield f"tuple_union_agg_{kind}(h, 3)"
    yield f"tuple_union_agg_{kind}(h, i)"
    yield f"tuple_union_agg_{kind}(h, 12, 'avg')"
    yield f"tuple_intersection_agg_{kind}(h, 'avg')"
    yield f"tuple_intersection_agg_{kind}(h, 12)"
    yield f"hex(tuple_union_agg_{kind}(h, mode => 'max'))"


def large_of(kind, value, rows):
    # Beyond its size the order of a sketch's entries is that of how they were sifted.
    shown = "hex" if rows < 32 else "length"
    sketch = f"tuple_sketch_agg_{kind}(id, {value}, 5)"
    other = f"tuple_sketch_agg_{kind}(id + 1000, {value}, 5)"
    yield f"tuple_sketch_estimate_{kind}({sketch})"
    yield f"tuple_sketch_theta_{kind}({sketch})"
    yield f"tuple_sketch_summary_{kind}({sketch})"
    yield f"{shown}({sketch})"
    for name in ("union", "intersection", "difference"):
        yield f"tuple_sketch_estimate_{kind}(tuple_{name}_{kind}({sketch}, {other}))"
        yield f"tuple_sketch_summary_{kind}(tuple_{name}_{kind}({sketch}, {other}), 'max')"
        yield f"{shown}(tuple_{name}_{kind}({sketch}, {other}))"


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 1, 1L, 'x', X'01', 1.5D, 1.5F, array(1, 2), array(1L), 10, true), "
        "('a', 2, 2L, '', X'', 0.0D, 2.5F, array(), array(), 20, false), "
        "('a', 2, 2L, 'y', X'0102', -0.5D, 0.25F, array(3), array(3L, 4L), -30, true), "
        "('b', 3, 70L, 'é', X'FF', 0D, NULL, NULL, NULL, 5, NULL), "
        "('b', 4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), "
        "('b', 2, NULL, NULL, NULL, 8D, NULL, NULL, NULL, 7, NULL), "
        "('c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS t(k, i, l, s, x, d, f, ai, al, v, b)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    for kind, column in KINDS.items():
        yield from ctx.cells(list(calls_of(kind, column)), "FROM t")
        sketch = f"tuple_sketch_agg_{kind}(i, {column})"
        for label, rest in [
            ("by key", "FROM t GROUP BY k"),
            ("of nothing", "FROM t WHERE k > 'x'"),
        ]:
            for call, result in ctx.cells([f"hex({sketch})"], rest):
                yield f"{label}: {call}", result
        parts = f"(SELECT k, {sketch} AS h, 9 AS i FROM t WHERE k < 'c' GROUP BY k ORDER BY k)"
        for label, where in [("", ""), ("none: ", " WHERE k > 'x'"), ("one: ", " WHERE k = 'a'")]:
            spark.sql(f"SELECT * FROM {parts}{where}").coalesce(1).createOrReplaceTempView("u")
            for call, result in ctx.cells(list(sets_of(kind)), "FROM u"):
                yield f"{label}{call}", result
        for rows in (20, 100, 3000):
            spark.range(0, rows, 1, 1).createOrReplaceTempView("r")
            value = "CAST(id AS DOUBLE)" if kind == "double" else "CAST(id AS INT)"
            for call, result in ctx.cells(list(large_of(kind, value, rows)), "FROM r"):
                yield f"{rows}: {call}", result
