"""struct, array and map: making, reaching in, sizes, explode."""

EXPRESSIONS = [
    "array(1, 2, 3)[0]",
    "array(1)[5]",
    "get(array(1), 5)",
    "element_at(array(1, 2), -1)",
    "try_element_at(array(1), 3)",
    "element_at(array(1), 0)",
    "map('a', 1)['a']",
    "map('a', 1)['b']",
    "element_at(map('a', 1), 'b')",
    "struct(1 AS a, 'x' AS b).b",
    "named_struct('p', 1, 'q', 2).q",
    "struct(1, 'x')",
    "size(array(1, 2))",
    "size(null)",
    "cardinality(map('a', 1))",
    "array_contains(array(1, null), 1)",
    "array_contains(array(1, null), 2)",
    "sort_array(array(2, null, 1))",
    "sort_array(array(2, null, 1), false)",
    "array_distinct(array(1, 1, null))",
    "array_union(array(1), array(2, 1))",
    "array_intersect(array(1, 2), array(2))",
    "array_except(array(1, 2), array(2))",
    "array_join(array('a', null, 'b'), '-')",
    "array_max(array(1, null, 3))",
    "array_min(array())",
    "array_position(array('a', 'b'), 'b')",
    "array_remove(array(1, 2, 1), 1)",
    "array_repeat('a', 2)",
    "arrays_zip(array(1), array('a'))",
    "concat(array(1), array(2))",
    "flatten(array(array(1), array(2)))",
    "reverse(array(1, 2))",
    "sequence(1, 5, 2)",
    "slice(array(1, 2, 3), 2, 2)",
    "map_keys(map('a', 1))",
    "map_values(map('a', 1))",
    "map_entries(map('a', 1))",
    "map_from_arrays(array('a'), array(1))",
    "map_concat(map('a', 1), map('b', 2))",
    "transform(array(1, 2), x -> x + 1)",
    "filter(array(1, 2), x -> x > 1)",
    "exists(array(1, 2), x -> x > 1)",
    "aggregate(array(1, 2), 0, (a, x) -> a + x)",
    "array()",
    "map()",
    "array(1, 'a')",
    "map('a', 1, 'a', 2)",
    "array(1, 2) = array(1, 2)",
    "struct(1, 2) < struct(1, 3)",
]


def run(spark, ctx):
    for text in EXPRESSIONS:
        yield text, ctx.outcome(lambda text=text: describe(spark.sql(f"SELECT {text}")))
    yield "explode", ctx.ordered(spark.sql("SELECT explode(array(1, null, 3))"))
    yield "explode a map", spark.sql("SELECT explode(map('a', 1, 'b', 2))")


def describe(df):
    return [
        df.columns[0],
        df.schema[0].dataType.simpleString(),
        df.schema[0].nullable,
        df.first()[0],
    ]
