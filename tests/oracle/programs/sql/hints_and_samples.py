"""Hints, TABLESAMPLE, DISTRIBUTE BY and its kin: rows and refusals."""

QUERIES = [
    "SELECT /*+ BROADCAST(r) */ l.id FROM l JOIN r ON l.id = r.id",
    "SELECT /*+ REPARTITION(3) */ id FROM l",
    "SELECT /*+ REPARTITION(3, id), COALESCE(1) */ id FROM l",
    "SELECT /*+ REPARTITION_BY_RANGE(id) */ id FROM l",
    "SELECT /*+ REBALANCE */ id FROM l",
    "SELECT /*+ NO_SUCH_HINT(1) */ id FROM l",
    "SELECT /*+ COALESCE */ id FROM l",
    "SELECT /*+ COALESCE('a') */ id FROM l",
    "SELECT /*+ REPARTITION(nope) */ id FROM l",
    "SELECT /*+ MERGE(l), SHUFFLE_HASH(r) */ count(*) n FROM l, r",
    "SELECT id FROM l DISTRIBUTE BY id",
    "SELECT id FROM l CLUSTER BY id",
    "SELECT id FROM l DISTRIBUTE BY id SORT BY id DESC",
    "SELECT id FROM l DISTRIBUTE BY nope",
    "SELECT count(*) n FROM l TABLESAMPLE (100 PERCENT)",
    "SELECT count(*) n FROM l TABLESAMPLE (0 PERCENT)",
    "SELECT id FROM l TABLESAMPLE (50 PERCENT) REPEATABLE (7)",
    "SELECT id FROM l TABLESAMPLE (BUCKET 3 OUT OF 10) REPEATABLE (7)",
    "SELECT count(*) n FROM l TABLESAMPLE (3 ROWS)",
    "SELECT count(*) n FROM l TABLESAMPLE (101 PERCENT)",
    "SELECT count(*) n FROM l TABLESAMPLE (-1 PERCENT)",
    "SELECT x.id FROM l TABLESAMPLE (100 PERCENT) AS x WHERE x.id < 2",
]


def run(spark, ctx):
    spark.range(0, 10, 1, 1).createOrReplaceTempView("l")
    spark.range(3, 6, 1, 1).createOrReplaceTempView("r")

    def rows(text):
        df = spark.sql(text)
        return [df.columns, sorted((list(row) for row in df.collect()), key=str)]

    for text in QUERIES:
        yield text, ctx.outcome(lambda text=text: rows(text))
