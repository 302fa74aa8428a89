"""Functions of maps: concatenation, entries, keys, text; nulls, duplicates, wrong types."""

EXPRESSIONS = [
    "map_concat(map(1, 'a', 2, 'b'), map(3, 'c'))",
    "map_concat()",
    "map_concat(map(1, 'a'))",
    "map_concat(map(1, 'a'), CAST(null AS map<int, string>))",
    "map_concat(map(), map('a', 1))",
    "map_concat(map('a', 1), map('b', 2L))",
    "map_concat(map('a', 1), map('b', null))",
    "map_entries(map(1, 'a', 2, 'b'))",
    "map_entries(map())",
    "map_entries(CAST(null AS map<int, string>))",
    "map_entries(map('a', null))",
    "map_from_entries(array(struct(1, 'a'), struct(2, 'b')))",
    "map_from_entries(array())",
    "map_from_entries(array(struct(1, null)))",
    "map_from_entries(CAST(null AS array<struct<a: int, b: int>>))",
    "map_from_entries(array(struct(1, 2), null))",
    "map_from_entries(map_entries(map('k', 1)))",
    "map_contains_key(map(1, 'a'), 1)",
    "map_contains_key(map(1, 'a'), 2)",
    "map_contains_key(map(1, 'a'), CAST(null AS int))",
    "map_contains_key(CAST(null AS map<int, string>), 1)",
    "map_contains_key(map(1, 'a'), 1L)",
    "map_contains_key(map(1L, 'a'), 1)",
    "map_contains_key(map('x', null), 'x')",
    "str_to_map('a:1,b:2,c:3')",
    "str_to_map('a:1,b:2', ',')",
    "str_to_map('a=1&b=2', '&', '=')",
    "str_to_map('a')",
    "str_to_map('')",
    "str_to_map('a:1,b')",
    "str_to_map('a:b:c')",
    "str_to_map(null)",
    "str_to_map('a:1', null)",
    "str_to_map('a1b2', '[0-9]')",
    "str_to_map('a: 1, b:2', ', ', ': ?')",
    "str_to_map('a:1,,b:2')",
    "str_to_map(':1')",
    "map_keys(map_concat(map(1, 2), map(3, 4)))",
    "element_at(str_to_map('a:1'), 'a')",
    "map_from_arrays(array(1, 2), array('a', null))",
]

ERRORS = [
    "map_concat(map(1, 2), map(1, 3))",
    "map_concat(map(1, 2), array(1))",
    "map_concat(1)",
    "map_concat(map(1, 2), map('a', 3))",
    "map_concat(null, map(1, 2))",
    "map_entries(array(1))",
    "map_entries(null)",
    "map_entries()",
    "map_from_entries(array(1))",
    "map_from_entries(array(struct(1, 2, 3)))",
    "map_from_entries(array(struct(1, 2), struct(1, 3)))",
    "map_from_entries(array(struct(null, 2)))",
    "map_from_entries(array(struct(CAST(null AS int), 2)))",
    "map_from_entries(1)",
    "map_from_entries(null)",
    "map_contains_key(array(1), 1)",
    "map_contains_key(map(1, 2), null)",
    "map_contains_key(map(1, 2), 'a')",
    "map_contains_key(map(1, 2), array(1))",
    "map_contains_key(null, 1)",
    "str_to_map('a:1,a:2')",
    "str_to_map(1)",
    "str_to_map(array('a'))",
    "str_to_map('a', ',', ':', 'x')",
    "str_to_map('a:1', '[')",
    "map_from_arrays(array(1, 1), array(2, 3))",
    "map(1, 2, 1, 3)",
]

WINNERS = [
    "map(1, 2, 3, 4, 1, 5)",
    "map_concat(map(1, 2, 3, 4), map(1, 9, 5, 6))",
    "map_from_arrays(array(1, 2, 1), array('a', 'b', 'c'))",
    "map_from_entries(array(struct(1, 'a'), struct(2, 'b'), struct(1, 'c')))",
    "str_to_map('a:1,b:2,a:3')",
    "transform_keys(map(1, 2, 3, 4), (k, v) -> 0)",
    "map_keys(map('a', 1, 'a', 2))",
]


def run(spark, ctx):
    yield from ctx.expressions(EXPRESSIONS)
    yield from ctx.expressions(ERRORS)
    spark.sql(
        "SELECT * FROM VALUES (1, map('a', 1, 'b', 2), map('c', 3), 'x:1,y:2', 'a'), (2, map(), null, '', 'z'), (3, null, map('d', null), null, null), "
        "(4, map('e', null), map(), 'q', 'e') AS t(id, m, o, s, k)"
    ).createOrReplaceTempView("t")
    yield "concat", spark.sql("SELECT id, map_concat(m, o) FROM t")
    yield "entries", spark.sql("SELECT id, map_entries(m), map_from_entries(map_entries(m)) FROM t")
    yield "key", spark.sql("SELECT id, map_contains_key(m, k), map_contains_key(m, 'a') FROM t")
    yield "text", spark.sql("SELECT id, str_to_map(s), str_to_map(s, ',', ':') FROM t")
    spark.conf.set("spark.sql.mapKeyDedupPolicy", "LAST_WIN")
    for label, result in ctx.expressions(WINNERS):
        yield f"last wins: {label}", result
    spark.conf.unset("spark.sql.mapKeyDedupPolicy")
