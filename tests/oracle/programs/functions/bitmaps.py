"""What do the bitmap functions and the aggregates of bits give?"""

CALLS = [
    "hex(substr(bitmap_construct_agg(v), 1, 8))",
    "bitmap_count(bitmap_construct_agg(v))",
    "length(bitmap_construct_agg(v))",
    "hex(substr(bitmap_or_agg(x), 1, 8))",
    "hex(substr(bitmap_and_agg(x), 1, 8))",
    "length(bitmap_or_agg(x))",
    "bitmap_count(bitmap_and_agg(x))",
    "bit_and(v)",
    "bit_or(v)",
    "bit_xor(v)",
    "hex(substr(bitmap_construct_agg(bitmap_bit_position(v)) FILTER (WHERE v > 1), 1, 8))",
    "bit_or(DISTINCT v)",
    "bit_xor(DISTINCT v)",
    "bit_and(CAST(v AS TINYINT))",
    "bit_and(NULL)",
    "bit_and(d)",
    "bit_xor(s)",
    "bit_or()",
    "bitmap_construct_agg(w)",
    "bitmap_construct_agg(s)",
    "bitmap_construct_agg(d)",
    "bitmap_or_agg(v)",
    "bitmap_and_agg(s)",
    "bitmap_count(v)",
    "bitmap_construct_agg(DISTINCT v) IS NULL",
    "hex(substr(bitmap_construct_agg(NULL), 1, 8))",
    "max(bitmap_bit_position(v))",
    "max(bitmap_bucket_number(v))",
    "max(bitmap_bit_position(-v))",
    "max(bitmap_bucket_number(-v))",
    "max(bitmap_bucket_number(w))",
    "max(bitmap_bit_position(w))",
    "max(bitmap_count(X'FF01'))",
    "bool_and(b)",
    "bool_or(DISTINCT b)",
    "every(b) FILTER (WHERE v > 1)",
    "some(NULL)",
    "any(b)",
    "bool_and(s)",
    "bool_and(v)",
    "count_if(b)",
    "count_if(DISTINCT b)",
    "count_if(v)",
    "count_if(NULL)",
    "count_if()",
]


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES ('a', 1, X'F001', '1', 1.5, true, 32769L), ('a', 6, X'3001', '6', 2.5, false, 40000L), ('b', 7, X'7010', NULL, NULL, true, -5L), ('b', 6, NULL, NULL, NULL, NULL, NULL), "
        "('c', NULL, NULL, NULL, NULL, NULL, NULL) AS t(k, v, x, s, d, b, w)"
    )
    rows.coalesce(1).createOrReplaceTempView("t")
    distinct = [call for call in CALLS if "DISTINCT" in call]
    plain = [call for call in CALLS if call not in distinct]
    for calls in (plain, distinct):
        yield from ctx.cells(calls, "FROM t")
    for label, rest in [("by key", "FROM t GROUP BY k"), ("of nothing", "FROM t WHERE k > 'x'")]:
        for call, found in ctx.cells(plain[:11], rest):
            yield f"{call} {label}", found
