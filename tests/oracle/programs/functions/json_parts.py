"""get_json_object, json_array_length, json_object_keys, schema_of_json: paths, kinds, broken text."""

DOC = (
    '{"a": 1, "b": {"c": [10, 20, {"d": "x"}], "e f": null}, "g": "t\\\\"q", "h": 1.50, "i": true, '
    '"list": [{"n": 1, "m": "p"}, {"n": 2}, {"m": "r"}], "": "empty", "u": "\\\\u00e9", "big": 12345678901234567890, "é": 2}'
)

PATHS = [
    "$",
    "$.a",
    "$.b",
    "$.b.c",
    "$.b.c[0]",
    "$.b.c[2].d",
    "$.b.c[*]",
    "$.b.c[9]",
    "$.b['c'][1]",
    "$['a']",
    "$.g",
    "$.h",
    "$.i",
    "$.list",
    "$.list[*].n",
    "$.list[*].m",
    "$.list[*].z",
    "$.list[0]",
    "$.list.n",
    "$.b['e f']",
    "$.b.e f",
    "$.*",
    "$.b.*",
    "$.u",
    "$.big",
    "$.é",
    "a",
    "",
    "$.",
    "$..a",
    "$[0]",
    "$.a[0]",
    "$.b.c[-1]",
    "$.b.c[a]",
    "$.nope",
    " $.a",
    "$.a ",
    "$.b.c[*].d",
    "$.b.c[ 0 ]",
]

OTHERS = [
    "get_json_object('[1, 2, 3]', '$[1]')",
    "get_json_object('[1, 2, 3]', '$[*]')",
    "get_json_object('[[1, 2], [3]]', '$[*][0]')",
    "get_json_object('[[1, 2], [3]]', '$[*][*]')",
    "get_json_object('[{\"a\": 1}, {\"a\": 2}]', '$[*].a')",
    "get_json_object('[{\"a\": [1, 2]}, {\"a\": [3]}]', '$[*].a[*]')",
    "get_json_object('[{\"a\": [1, 2]}, {\"a\": [3]}]', '$[*].a[0]')",
    'get_json_object(\'{"a": [{"b": "x"}]}\', \'$.a[*].b\')',
    'get_json_object(\'{"a": [{"b": "x"}, {"b": "y"}]}\', \'$.a[*].b\')',
    'get_json_object(\'{"a": {"b": {"c": 3}}}\', \'$.a.b.c\')',
    "get_json_object('{\"a\": 1', '$.a')",
    "get_json_object('{\"a\": 1 x', '$.a')",
    "get_json_object('not json', '$.a')",
    "get_json_object('', '$.a')",
    "get_json_object('1', '$')",
    "get_json_object('\"text\"', '$')",
    "get_json_object('null', '$')",
    "get_json_object('{\"a\": 1, \"a\": 2}', '$.a')",
    "get_json_object('{ \"a\" : [ 1 , { \"b\" : 2.0 } ] }', '$.a')",
    "get_json_object('{\"a\": 1e3}', '$.a')",
    "get_json_object('{\"a\": -0}', '$.a')",
    "get_json_object('{\"a\": \"x\\\\ny\"}', '$.a')",
    'get_json_object(\'{"a": ["x\\\\ny", "\\\\u0001"]}\', \'$.a\')',
    "get_json_object(null, '$.a')",
    "get_json_object('{\"a\": 1}', null)",
    "get_json_object(1, '$')",
    "get_json_object('{}')",
    "get_json_object('{\\'a\\': 1}', '$.a')",
    "get_json_object('{a: 1}', '$.a')",
    "get_json_object('{\"a\": NaN}', '$.a')",
    "get_json_object('{\"a\": 01}', '$.a')",
    "json_array_length('[1, 2, 3]')",
    "json_array_length('[]')",
    "json_array_length('[[1, 2], {\"a\": 1}, null]')",
    "json_array_length('{\"a\": 1}')",
    "json_array_length('[1, 2')",
    "json_array_length('')",
    "json_array_length(null)",
    "json_array_length('1')",
    "json_array_length('null')",
    "json_array_length('[1] x')",
    "json_array_length(1)",
    "json_array_length()",
    'json_object_keys(\'{"a": 1, "b": {"c": 2}}\')',
    "json_object_keys('{}')",
    "json_object_keys('[1]')",
    "json_object_keys('')",
    "json_object_keys(null)",
    "json_object_keys('{\"a\": 1')",
    'json_object_keys(\'{"a": 1, "a": 2}\')',
    "json_object_keys('x')",
    "json_object_keys(1)",
    'schema_of_json(\'{"a": 1, "b": [1.5, null], "c": {"d": true}}\')',
    'schema_of_json(\'[{"a": 1}, {"b": "x"}]\')',
    "schema_of_json('[]')",
    "schema_of_json('{}')",
    "schema_of_json('1')",
    "schema_of_json('null')",
    "schema_of_json('{\"a\": null}')",
    "schema_of_json('{\"a\": 12345678901234567890}')",
    "schema_of_json('{\"a\": 01}', map('allowNumericLeadingZeros', 'true'))",
    "schema_of_json('{\"a\": 0.1}', map('prefersDecimal', 'true'))",
    'schema_of_json(\'{"a": "2024-01-01"}\')',
    "schema_of_json('{\"a b\": 1}')",
    "schema_of_json('x')",
    "schema_of_json('')",
    "schema_of_json(null)",
    "schema_of_json(1)",
    "schema_of_json('{\"a\": 1}', 'x')",
]


def run(spark, ctx):
    spark.createDataFrame([(DOC.replace("\\\\", "\\"),)], "j string").createOrReplaceTempView("d")
    for path in PATHS:
        text = path.replace("'", "\\'")
        yield (
            f"path {path}",
            ctx.outcome(
                lambda text=text: spark.sql(f"SELECT get_json_object(j, '{text}') FROM d").first()[
                    0
                ]
            ),
        )
    yield from ctx.expressions(OTHERS)
    spark.sql("SELECT '[1]' AS j").createOrReplaceTempView("c")
    yield (
        "schema of a column",
        ctx.error(lambda: spark.sql("SELECT schema_of_json(j) FROM c").collect()),
    )
    yield (
        "path of a column",
        spark.sql(
            "SELECT get_json_object(j, p) FROM VALUES ('{\"a\": 1}', '$.a'), ('{\"b\": 2}', '$.b'), ('{\"b\": 2}', null) AS t(j, p)"
        ),
    )
