"""Functions of lambdas over columns: captured columns, nulls, grouping, joins, filters, views."""

ROWS = (
    "(1, array(1, 2, 3), array('a', 'b'), map('x', 1, 'y', 2), 10), "
    "(2, array(), array(null), map(), 20), "
    "(3, null, null, null, 30), "
    "(4, array(4, null), array('c', 'd', 'e'), map('z', null), null), "
    "(5, array(7), array(), map('x', 9), 50)"
)

QUERIES = {
    "captured": "SELECT id, transform(xs, x -> x + n) FROM t",
    "captured twice": "SELECT id, transform(xs, (x, i) -> x * n + i + id) FROM t",
    "filter": "SELECT id, filter(xs, x -> x * 10 >= n) FROM t",
    "exists": "SELECT id, exists(xs, x -> x * 10 = n) e, forall(xs, x -> x < n) f FROM t",
    "aggregate": "SELECT id, aggregate(xs, 0, (a, x) -> a + x + n, a -> a - n) a FROM t",
    "aggregate from a column": "SELECT id, aggregate(xs, n, (a, x) -> a + coalesce(x, 0)) a FROM t",
    "aggregate of texts": "SELECT id, aggregate(ss, '', (a, s) -> a || coalesce(s, '-') || id) a FROM t",
    "zip_with": "SELECT id, zip_with(xs, ss, (x, s) -> concat_ws('/', x, s, n)) z FROM t",
    "maps": "SELECT id, map_filter(m, (k, v) -> v < n) f, transform_keys(m, (k, v) -> k || id) k, transform_values(m, (k, v) -> v + n) v FROM t",
    "map_zip_with": "SELECT id, map_zip_with(m, map('x', 100, 'q', 5), (k, a, b) -> coalesce(a, 0) + b + n) z FROM t",
    "array_sort": "SELECT id, array_sort(xs, (l, r) -> coalesce(r, n) - coalesce(l, n)) s FROM t WHERE id <> 4",
    "array_sort plain": "SELECT id, array_sort(xs) s, array_sort(ss) t FROM t",
    "nested": "SELECT id, transform(xs, x -> transform(ss, s -> concat_ws('', x, s, n))) v FROM t",
    "nested and captured": "SELECT id, transform(xs, x -> filter(xs, y -> y > x AND y < n)) v FROM t",
    "a lambda over a lambda": "SELECT id, aggregate(transform(filter(xs, x -> x IS NOT NULL), x -> x * 2), 0, (a, x) -> a + x) v FROM t",
    "in where": "SELECT id FROM t WHERE exists(xs, x -> x > 2)",
    "a name that is a column too": "SELECT id, transform(xs, n -> n + 1) v FROM t",
    "field of a struct": "SELECT id, transform(arrays_zip(xs, ss), p -> p.xs) v, transform(arrays_zip(xs, ss), p -> concat_ws('', p.xs, p.ss)) w FROM t",
    "group by": "SELECT size(filter(xs, x -> x > 1)) s, count(*) FROM t GROUP BY size(filter(xs, x -> x > 1))",
    "group by a lambda": "SELECT transform(xs, x -> x % 2) p, count(*) c FROM t GROUP BY transform(xs, x -> x % 2)",
    "over an aggregate": "SELECT transform(sort_array(collect_list(n)), v -> v + count(*)) v FROM t",
    "over collected": "SELECT id % 2 k, aggregate(sort_array(collect_list(n)), 0, (a, x) -> a + x) v FROM t GROUP BY id % 2",
    "two sums": "SELECT sum(aggregate(xs, 0, (a, x) -> a + x)) s, sum(aggregate(xs, 0, (a, x) -> a - x)) d FROM t",
    "order by": "SELECT id FROM t ORDER BY aggregate(xs, 0, (a, x) -> a + coalesce(x, 0)) DESC, id",
    "over a window": "SELECT id, sum(aggregate(xs, 0, (a, x) -> a + coalesce(x, 0))) OVER (ORDER BY id) s FROM t",
    "in a join": "SELECT a.id, b.id FROM t a JOIN t b ON exists(a.xs, x -> x = b.id)",
    "in a subquery": "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM t u WHERE exists(u.xs, x -> x = 7) AND u.id = t.id)",
    "in case": "SELECT id, CASE WHEN xs IS NULL THEN -1 ELSE aggregate(xs, 0, (a, x) -> a + coalesce(x, 0)) END v FROM t",
    "exploded": "SELECT id, explode(transform(xs, (x, i) -> struct(i, x AS v))) e FROM t",
    "lateral alias": "SELECT id, transform(xs, x -> x + 1) AS ys, size(ys) FROM t",
    "short circuit of exists": "SELECT id, exists(xs, x -> 6 / (x - 2) < 0) v FROM t",
}


def run(spark, ctx):
    spark.sql(f"SELECT * FROM VALUES {ROWS} AS t(id, xs, ss, m, n)").createOrReplaceTempView("t")
    for label, query in QUERIES.items():
        ordered = "ORDER BY" in query
        try:
            df = spark.sql(query)
            df.collect()
        except Exception as error:
            yield label, ctx.failure(error)
            continue
        yield label, ctx.ordered(df) if ordered else df
