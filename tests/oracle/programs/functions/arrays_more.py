"""array_insert, array_compact, arrays_zip and their neighbours: nulls, positions, wrong types."""

EXPRESSIONS = [
    "array_insert(array('a', 'b', 'c'), 2, 'x')",
    "array_insert(array('a', 'b', 'c'), 1, 'x')",
    "array_insert(array('a', 'b', 'c'), 4, 'x')",
    "array_insert(array('a', 'b', 'c'), 6, 'x')",
    "array_insert(array('a', 'b', 'c'), -1, 'x')",
    "array_insert(array('a', 'b', 'c'), -2, 'x')",
    "array_insert(array('a', 'b', 'c'), -4, 'x')",
    "array_insert(array('a', 'b', 'c'), -6, 'x')",
    "array_insert(array(1, 2), 2, null)",
    "array_insert(array(1, 2), CAST(null AS int), 3)",
    "array_insert(CAST(null AS array<int>), 1, 3)",
    "array_insert(array(1, 2), 1, 3L)",
    "array_insert(array(1L, 2L), 1, 3)",
    "array_insert(array(), 1, 3)",
    "array_insert(array(1, null), 3, 4)",
    "array_compact(array(1, null, 3))",
    "array_compact(array('a', null))",
    "array_compact(array(null))",
    "array_compact(array())",
    "array_compact(CAST(null AS array<int>))",
    "array_compact(array(1, 2))",
    "array_compact(array(array(1), null))",
    "arrays_zip(array(1, 2), array('a', 'b'))",
    "arrays_zip(array(1, 2, 3), array('a'))",
    "arrays_zip(array(1), CAST(null AS array<int>))",
    "arrays_zip(array(1))",
    "arrays_zip()",
    "arrays_zip(array(), array(1))",
    "arrays_zip(array(1, null), array(null, 'b'))",
    "arrays_zip(array(1, 2), array(3)).`0`",
    "shuffle(array(1, 2, 3, 4, 5), 7)",
    "shuffle(array(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 0)",
    "shuffle(array('a', null), -5)",
    "shuffle(array(), 1)",
    "shuffle(CAST(null AS array<int>), 1)",
    "sort_array(shuffle(array(3, 1, 2)))",
    "array_append(array(1), null)",
    "array_prepend(array(1), null)",
    "reverse(X'010203')",
    "reverse(CAST(null AS binary))",
    "reverse(X'')",
    "reverse(12)",
    "array_size(array_compact(array(1, null)))",
    "element_at(arrays_zip(array(1), array('a')), 1)",
    "sequence(1, 3)",
]

ERRORS = [
    "array_insert(array(1), 0, 2)",
    "array_insert(array(1), 'a', 2)",
    "array_insert(array(1), 1.5, 2)",
    "array_insert(array(1), 1L, 2)",
    "array_insert(array(1), 1, 'a')",
    "array_insert(array('a'), 1, 1)",
    "array_insert(1, 1, 1)",
    "array_insert(array(1), 1)",
    "array_insert(null, 1, 1)",
    "array_compact(1)",
    "array_compact(null)",
    "array_compact(array(1), 2)",
    "array_compact(map(1, 2))",
    "arrays_zip(array(1), 2)",
    "arrays_zip('a')",
    "arrays_zip(null)",
    "arrays_zip(null, array(1))",
    "shuffle(1)",
    "shuffle('a', 1)",
    "shuffle(array(1), 'x')",
    "shuffle(array(1), 1, 2)",
]


def run(spark, ctx):
    yield from ctx.expressions(EXPRESSIONS)
    yield from ctx.expressions(ERRORS)
    spark.sql(
        "SELECT * FROM VALUES (1, array(1, 2), array('a'), 1, 9), (2, array(), null, -1, 8), (3, null, array('b'), 2, null), "
        "(4, array(null, 4), array('c', null), null, 7), (5, array(5), array(), 3, 6) AS t(id, xs, ss, p, v)"
    ).createOrReplaceTempView("t")
    yield "inserted", spark.sql("SELECT id, array_insert(xs, p, v) FROM t")
    yield "compact", spark.sql("SELECT id, array_compact(xs), array_compact(ss) FROM t")
    yield "zipped", spark.sql("SELECT id, arrays_zip(xs, ss) z FROM t")
    yield "zipped names", spark.sql("SELECT arrays_zip(t.xs, array(v), ss) z FROM t")
    yield "zipped fields", spark.sql("SELECT id, arrays_zip(xs, ss).xs FROM t")
