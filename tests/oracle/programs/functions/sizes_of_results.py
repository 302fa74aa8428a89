"""What is said of arrays and texts that would be larger than there is room for, and of zeros of both signs?"""

CALLS = [
    "array_insert(array(1), 2147483647, 2)",
    "array_insert(array(1), -2147483648, 2)",
    "array_insert(array(1), n, 2)",
    "array_insert(array(1), 0, 2)",
    "size(array_insert(array(1), 5, 2))",
    "array_repeat(1, 2147483647)",
    "array_repeat('x', n)",
    "array_repeat(1, -5)",
    "sequence(0L, 9223372036854775807L)",
    "sequence(1, 2147483647)",
    "sequence(0L, n)",
    "sequence(DATE'0001-01-01', DATE'9999-12-31', INTERVAL '1' MINUTE)",
    "sequence(TIMESTAMP'0001-01-01 00:00:00', TIMESTAMP'9999-12-31 00:00:00', INTERVAL '1' SECOND)",
    "flatten(array(array_repeat(1, 2), array(3)))",
    "array_join(array_repeat('x', 3), ',')",
    "map(0.0D, 'a', -0.0D, 'b')",
    "map(0.0F, 'a')",
    "map(-0.0D, 'a')",
    "map_from_arrays(array(-0.0D, 1D), array(1, 2))",
    "map_from_entries(array(struct(-0.0D, 1), struct(0.0D, 2)))",
    "map(-0.0D, 'a')[0.0D]",
    "map(0.0D, 'a')[-0.0D]",
    "map_contains_key(map(0.0D, 'a'), -0.0D)",
    "array_distinct(array(0.0D, -0.0D, 1D))",
    "array_distinct(array(-0.0D, 0.0D))",
    "array_union(array(0.0D), array(-0.0D))",
    "array_union(array(-0.0D), array(0.0D))",
    "array_intersect(array(0.0D), array(-0.0D))",
    "array_except(array(0.0D), array(-0.0D))",
    "array_contains(array(0.0D), -0.0D)",
    "array_position(array(0.0D), -0.0D)",
    "array_remove(array(0.0D, -0.0D), 0.0D)",
    "arrays_overlap(array(0.0D), array(-0.0D))",
    "array_distinct(array(float('nan'), float('nan'), 0.0F, -0.0F))",
    "array_contains(array(double('nan')), double('nan'))",
    "array_position(array(double('nan')), double('nan'))",
    "array_union(array(array(0.0D)), array(array(-0.0D)))",
    "array_distinct(array(struct(0.0D), struct(-0.0D)))",
    "nvl2(NULL, 1/0, 2)",
    "nvl2(1, 2, 1/0)",
    "nvl2(n, 2, 1/0)",
    "nvl2(z, 1/0, 3)",
    "nvl2(1, 2, 'x')",
    "nvl2(1, 2)",
    "format_string('%s', array(1, 2))",
    "format_string('%s', map('a', 1))",
    "format_string('%s', struct(1, 'b'))",
    "format_string('%-5s|%05d|%+d|% d|%(d', 'a', 1, 2, 3, -4)",
    "format_string('%,d %x %X %o', 1234567, 255, 255, 8)",
    "format_string('%-d', 1)",
    "format_string('%05s', 'a')",
    "format_string('%+s', 'a')",
    "format_string('%#s', 'a')",
    "format_string('%,x', 255)",
    "format_string('%(x', 255)",
    "format_string('%+ d', 1)",
    "format_string('%-05d', 1)",
    "format_string('%0d', 1)",
    "format_string('%.2d', 1)",
    "format_string('%,e', 1.5D)",
    "format_string('%#g', 1.5D)",
    "format_string('%+c', 65)",
    "format_string('%+b', true)",
    "format_string('%#b', true)",
    "format_string('%-n')",
    "format_string('%5n')",
    "format_string('%5%')",
    "format_string('%+x', 255)",
    "format_string('%++d', 1)",
    "format_string('%d', 'a')",
    "format_string('%c', 'abc')",
    "format_string('%q', 1)",
    "format_string('%s %s', 1)",
    "format_string('%2$s %1$s', 'a', 'b')",
    "format_string('%<s', 'a')",
    "try_parse_url('http://[::1]:80/p', 'HOST')",
    "try_parse_url('http://a[b]/p', 'HOST')",
    "try_parse_url('http://h/p?q=[1]', 'QUERY')",
    "try_parse_url('http://h/p[1]', 'PATH')",
    "try_parse_url('http://[::1/p', 'HOST')",
    "try_parse_url('http://h]/p', 'HOST')",
    "parse_url('http://h/p?q=[1]', 'QUERY')",
    "parse_url('http://[::1]/p', 'HOST')",
    "parse_url('http://[x]/p', 'HOST')",
    "nullifzero(0)",
    "nullifzero(v)",
    "nullifzero('0')",
    "zeroifnull(NULL)",
    "zeroifnull(z)",
    "zeroifnull('a')",
    "nullifzero()",
    "zeroifnull(1, 2)",
    "collation('a')",
    "collation(s)",
    "collation('a' COLLATE UTF8_LCASE)",
    "collation(1)",
    "collation(NULL)",
    "collate('A', 'UTF8_LCASE') = 'a'",
    "collate('A', 'UTF8_BINARY') = 'a'",
    "collate('a', 'nosuch')",
    "collate('a', s)",
    "collate(1, 'UTF8_BINARY')",
    "collate('a', NULL)",
    "'a' COLLATE utf8_binary",
    "typeof(collate('a', 'UTF8_LCASE'))",
    "typeof(collate('a', 'UNICODE'))",
    "reflect('java.util.UUID', 'fromString', 'a5cf6c42-0c85-418f-af6c-3e4e5b1328f2')",
    "java_method('java.lang.Math', 'max', 1, 2)",
    "reflect('java.lang.String', 'valueOf', 1)",
    "try_reflect('java.net.URLDecoder', 'decode', '%')",
    "reflect('nosuch.Class', 'x')",
    "reflect('java.lang.Math', 'nosuch', 1)",
    "reflect(s, 'x')",
    "input_file_block_start()",
    "input_file_block_length()",
]


def cells(spark, ctx, calls, rest):
    """Name, type, nullability and values of each call, or its error; together where none fails."""
    try:
        df = spark.sql(f"SELECT {', '.join(calls)} {rest}")
        rows = df.collect()
    except Exception as error:
        if len(calls) == 1:
            yield calls[0], ctx.failure(error)
            return
        middle = len(calls) // 2
        yield from cells(spark, ctx, calls[:middle], rest)
        yield from cells(spark, ctx, calls[middle:], rest)
        return
    for at, (call, field) in enumerate(zip(calls, df.schema, strict=True)):
        values = sorted((row[at] for row in rows), key=repr)
        yield call, [field.name, field.dataType.simpleString(), field.nullable, values]


def run(spark, ctx):
    spark.sql("SELECT 2147483647 AS n, CAST(NULL AS INT) AS z, 0 AS v, 'x' AS s").coalesce(
        1
    ).createOrReplaceTempView("t")
    yield from cells(spark, ctx, CALLS, "FROM t")
    for call in ("stack(0, 1)", "explode(sequence(0, 3))"):
        yield call, ctx.outcome(lambda call=call: spark.sql(f"SELECT {call} LIMIT 1").collect())
    for call in ("length(repeat('xy', 5))", "space(-1)"):
        yield call, ctx.outcome(lambda call=call: spark.sql(f"SELECT {call}").collect())
