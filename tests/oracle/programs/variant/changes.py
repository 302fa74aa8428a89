"""What do insert, set, delete, append and strip make of a variant?"""

OBJECT = """parse_json('{"a":1,"arr":["x","y"],"n":null,"o":{"b":2}}')"""
ARRAY = "parse_json('[1,[2,3],null]')"


def calls(name, value=None):
    more = "" if value is None else f", {value}"
    paths = ("$.a", "$.new", "$.o.c", "$.x.y", "$.x[1].y", "$.arr[1]", "$.arr[5]", "$.a.b", "$.n.b")
    for source in (OBJECT, ARRAY, "parse_json('1')"):
        for path in (*paths, "$[0]", "$[1][0]", "$[4]", "$[0].k", "$.arr", "$.o", "$[1]"):
            yield f"to_json({name}({source}, '{path}'{more}))"


def run(spark, ctx):
    for name in ("try_variant_insert", "try_variant_set", "try_variant_array_append"):
        yield from ctx.expressions(list(calls(name, "9")))
    yield from ctx.expressions(list(calls("variant_delete")))
    for name in ("variant_insert", "variant_set", "variant_array_append"):
        for path in ("$.a.b", "$", "q", "$.o['b'].c[0]"):
            text = f'SELECT {name}({OBJECT}, "{path}", 9)'
            yield text, ctx.error(lambda text=text: spark.sql(text).collect())
    for path in ("$", "q"):
        text = f"SELECT variant_delete({OBJECT}, '{path}')"
        yield text, ctx.error(lambda text=text: spark.sql(text).collect())
    text = f"SELECT variant_insert({OBJECT}, '$.a', 9)"
    yield "a key twice", ctx.error(lambda: spark.sql(text).collect())
    wrong = [
        f"variant_insert({OBJECT}, '$.s', named_struct('x', 1))",
        f"variant_insert({OBJECT}, '$.s', INTERVAL '1' DAY)",
        f"variant_insert({OBJECT}, '$.z')",
        "variant_insert(1, '$.z', 1)",
        f"variant_delete({OBJECT})",
        f"variant_array_append({OBJECT}, '$.arr', 1, 2)",
        "is_variant_null(1)",
    ]
    for text in wrong:
        yield text, ctx.error(lambda text=text: spark.sql(f"SELECT {text}").collect())
    yield from ctx.expressions(
        [
            f"variant_set({OBJECT}, '$.new', 2, false)",
            f"variant_set({OBJECT}, '$.a', 2, false)",
            f"variant_set({OBJECT}, '$.a', 2)",
            f"variant_delete({OBJECT}, '$.\"a\"')",
            f"try_variant_set({OBJECT}, '$.a.b', 2)",
            f"try_variant_set({OBJECT}, '$.a', 2, NULL)",
            f"try_variant_array_append({OBJECT}, '$.a', 2)",
            f"try_variant_array_append({OBJECT}, '$.arr', array(1, 2))",
            f"variant_insert({OBJECT}, '$[\"a b\"]', 'text')",
            f"variant_insert({OBJECT}, '$.d', DATE '2020-01-02')",
            f"variant_insert({OBJECT}, '$.v', parse_json('{{\"z\":1,\"a\":2}}'))",
            f"variant_insert({OBJECT}, '$.z', NULL)",
            "variant_insert(NULL, '$.z', 1)",
            f"variant_insert({OBJECT}, NULL, 1)",
            f"variant_delete({OBJECT}, '$.a', NULL, '$.arr[0]', '$.o')",
            "variant_delete(NULL, '$.a')",
            f"to_json(variant_strip_nulls({OBJECT}))",
            f"to_json(variant_strip_nulls({ARRAY}, false))",
            f"variant_strip_nulls({ARRAY}, true)",
            f"variant_strip_nulls({ARRAY}, NULL)",
            "variant_strip_nulls(parse_json('null'))",
            "variant_strip_nulls(NULL)",
            'variant_strip_nulls(parse_json(\'{"a":{"b":null}}\'))',
            "is_valid_variant(parse_json('1'))",
            "is_valid_variant(NULL)",
            "is_variant_null(parse_json('null'))",
            "is_variant_null(NULL)",
            "is_variant_null(parse_json('0'))",
        ]
    )
    from pyspark.sql import functions as F

    df = spark.sql(f"SELECT {OBJECT} AS v, '$.d' AS p, 5 AS n UNION ALL SELECT NULL, NULL, 1")
    yield (
        "columns",
        df.select(
            F.to_json(F.variant_insert("v", df.p, "n")).alias("i"),
            F.variant_insert("v", "$.k", F.lit("x")),
            F.variant_set("v", "$.a", F.lit(2), False),
            F.try_variant_set("v", "$.a.b", "n"),
            F.variant_delete("v", "$.a", df.p),
            F.variant_array_append("v", "$.arr", F.lit(None)),
            F.variant_strip_nulls("v", False),
        ),
    )
