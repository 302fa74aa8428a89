"""Which values can be variants, and what do variants give as values?"""

VALUES = [
    "true",
    "1Y",
    "300S",
    "70000",
    "5000000000L",
    "1.5F",
    "1e0",
    "1.50",
    "12345678901234567890.5",
    "'text'",
    "X'6162'",
    "DATE '2020-01-02'",
    "TIMESTAMP '2020-01-02 03:04:05.6'",
    "TIMESTAMP_NTZ '2020-01-02 03:04:05'",
    "array(1, NULL, 3)",
    "array(array('a'))",
    "array(parse_json('{\"a\":1}'))",
    "named_struct('a', 1)",
    "map('a', 1)",
    "INTERVAL '1' DAY",
    "INTERVAL '1' YEAR",
    "NULL",
]


def run(spark, ctx):
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    yield from ctx.expressions([f"CAST({value} AS VARIANT)" for value in VALUES])
    yield from ctx.expressions([f"to_json(CAST({value} AS VARIANT))" for value in VALUES[:17]])
    yield from ctx.expressions(
        [f"schema_of_variant(CAST({value} AS VARIANT))" for value in VALUES[:17]]
    )
    yield from ctx.expressions(
        [
            "to_variant_object(named_struct('b', 1, 'a', 'x'))",
            "to_variant_object(map('b', 1, 'a', NULL))",
            "to_variant_object(array(named_struct('a', DATE '2020-01-02')))",
            "to_variant_object(array(named_struct('a', NULL)))",
            "to_variant_object(CAST(NULL AS STRUCT<a: INT>))",
            "to_variant_object(1)",
            "to_variant_object(map(1, 1))",
            "to_variant_object(named_struct('i', INTERVAL '1' DAY))",
        ]
    )
    yield from ctx.expressions(
        [
            "CAST(parse_json('1') AS INT)",
            "CAST(parse_json('\"x\"') AS INT)",
            "TRY_CAST(parse_json('\"x\"') AS INT)",
            "CAST(parse_json('\"x\"') AS STRING)",
            "CAST(parse_json('1.50') AS STRING)",
            "CAST(parse_json('100.00') AS STRING)",
            "CAST(parse_json('1e10') AS STRING)",
            "CAST(parse_json('[1,2]') AS ARRAY<INT>)",
            "CAST(parse_json('{\"a\":1}') AS STRUCT<a: INT>)",
            "CAST(parse_json('{\"a\":1}') AS MAP<STRING, INT>)",
            "CAST(parse_json('null') AS STRING)",
            "CAST(parse_json('1') AS VARIANT)",
            "CAST(parse_json('1') AS INTERVAL DAY)",
            "parse_json('1')::int + 1",
            "concat(parse_json('1'), 'x')",
            "upper(parse_json('\"a\"'))",
            "CAST(CAST(TIMESTAMP '2020-01-02 03:04:05' AS VARIANT) AS STRING)",
            "CAST(CAST(TIMESTAMP '2020-01-02 03:04:05' AS VARIANT) AS DATE)",
            "CAST(CAST(DATE '2020-01-02' AS VARIANT) AS TIMESTAMP)",
            "CAST(CAST(X'6162' AS VARIANT) AS STRING)",
            "CAST(CAST(1.5F AS VARIANT) AS STRING)",
            "CAST(CAST(true AS VARIANT) AS INT)",
            "schema_of_variant(parse_json('100.00'))",
            "schema_of_variant(parse_json('[1, 2.5]'))",
            "schema_of_variant(parse_json('[1, 1e3]'))",
            "schema_of_variant(parse_json('[1.5, 1e3]'))",
            "schema_of_variant(parse_json('[1, \"a\"]'))",
            'schema_of_variant(parse_json(\'[{"a":1},{"b":[null,true]},null]\'))',
            'schema_of_variant(parse_json(\'{"a b":1,"1":2,"c`d":3}\'))',
            "schema_of_variant(parse_json('[0.5, 123456789012345678901234567890123456.5]'))",
            "schema_of_variant(NULL)",
        ]
    )
    yield (
        "aggregated",
        spark.sql(
            "SELECT k, schema_of_variant_agg(parse_json(j)) AS s FROM VALUES "
            "(1, '1'), (1, '2.5'), (1, NULL), (2, '{\"a\":1}'), (2, '{\"b\":[true]}'), (2, '{\"a\":\"x\"}'), (3, NULL) "
            "AS t(k, j) GROUP BY k"
        ),
    )
    yield (
        "aggregated of nothing",
        spark.sql(
            "SELECT schema_of_variant_agg(parse_json(j)) AS s FROM VALUES ('1') AS t(j) WHERE j = '2'"
        ),
    )
