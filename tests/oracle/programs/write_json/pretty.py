"""How does the option `pretty` of the JSON writer spread nested values over lines?"""


def run(spark, ctx):
    count = iter(range(100))

    def written(text, **options):
        name = f"out{next(count)}"
        spark.sql(text).coalesce(1).write.options(pretty=True, **options).json(ctx.path(name))
        return ctx.texts(name)

    nested = "named_struct('x', 1, 'y', array(named_struct('z', 'q:{,\"'), null)) AS s"
    yield "nested", written(f"SELECT 1 a, array(1, 2) l, map('k', array('v')) m, {nested}")
    yield "empty", written("SELECT array() e, map() m, array(array()) n, '' s")
    yield "two rows", written("SELECT * FROM VALUES (1, 'a'), (2, null) AS t(a, b)")
    yield "nothing in it", written("SELECT CAST(null AS INT) a")
    yield "line ends", written("SELECT * FROM VALUES (1), (2) AS t(a)", lineSep="|")
    yield "in arrays", written("SELECT array(named_struct('a', 1), named_struct('a', 2)) l")
    yield "sorted", ctx.outcome(lambda: written("SELECT 1 b, 2 a", sortKeys="true"))
