"""Subqueries drawn at random: how they are compared with the rows around, what they are over,
where their value stands.
"""

import random
from collections.abc import Iterator

QUERIES = 120
TOTALS = ["max(b.v)", "count(*)", "sum(b.k)", "min(b.id)", "count(b.v)", "coalesce(sum(b.k), -1)"]
OVER = [
    "b",
    "b",
    "(SELECT * FROM b UNION ALL SELECT * FROM c) b",
    "(SELECT b.k, c.v, b.id FROM b JOIN c ON b.k = c.k) b",
    "(SELECT DISTINCT k, v, k AS id FROM b) b",
    "(SELECT k, max(v) v, count(*) id FROM b GROUP BY k) b",
    "(SELECT b.k, b.v, row_number() OVER (PARTITION BY b.k ORDER BY b.id) AS id FROM b) b",
    "(SELECT b.k, b.v, c.id FROM b LEFT JOIN c ON b.id = c.id) b",
]
FORMS = [
    "SELECT a.id, (SELECT {total} FROM {over} WHERE {test}) AS t FROM a",
    "SELECT a.id FROM a WHERE a.v {op} (SELECT {total} FROM {over} WHERE {test})",
    "SELECT a.id FROM a WHERE {no}EXISTS (SELECT 1 FROM {over} WHERE {test})",
    "SELECT a.id FROM a WHERE a.k {no}IN (SELECT b.v FROM {over} WHERE {test})",
    "SELECT a.id FROM a WHERE a.id > 5 OR {no}EXISTS (SELECT 1 FROM {over} WHERE {test})",
    "SELECT a.id FROM a WHERE {no}(a.k IN (SELECT b.k FROM {over} WHERE {test}) OR a.v > 0)",
    "SELECT a.id, a.k IN (SELECT b.k FROM {over} WHERE {test}) OR a.v > 0 AS t FROM a",
    "SELECT a.id, (SELECT min(b.v) FROM {over} WHERE {test} HAVING count(*) > 1) AS t FROM a",
    "SELECT a.id, l.t FROM a, LATERAL (SELECT {total} AS t FROM {over} WHERE {test}) l",
    "SELECT a.k, sum((SELECT {total} FROM {over} WHERE {test})) AS t FROM a GROUP BY a.k",
    "SELECT a.k, count(*) n FROM a GROUP BY a.k"
    " HAVING count(*) > (SELECT count(*) FROM {over} WHERE b.k {op} a.k)",
    "SELECT a.id, c.id AS j FROM a JOIN c ON a.k = c.k"
    " WHERE a.v {op} (SELECT {total} FROM {over} WHERE {test})",
    "SELECT a.id, CASE WHEN EXISTS (SELECT 1 FROM {over} WHERE {test}) THEN"
    " (SELECT {total} FROM {over} WHERE {test}) ELSE -9 END AS t FROM a",
]


def tables(draw: random.Random) -> dict[str, list[tuple[int | None, int | None, int]]]:
    ks, vs = [None, 0, 1, 2, 3, 4], [None, -1, 0, 1, 2, 5]
    sizes = {"a": 14, "b": 17, "c": 9}
    return {
        name: [(draw.choice(ks), draw.choice(vs), at) for at in range(size)]
        for name, size in sizes.items()
    }


def test(draw: random.Random) -> str:
    def one() -> str:
        column, op = draw.choice(["k", "v", "id"]), draw.choice(["=", "=", "<", "<>", ">="])
        other = draw.choice(["a.k", "a.v", "a.id", "a.k + 1", str(draw.randrange(4))])
        return f"b.{column} {op} {other}"

    parts = [one()]
    if draw.random() < 0.5:
        parts += [draw.choice(["AND", "OR"]), one()]
    return " ".join(parts)


def queries(draw: random.Random) -> Iterator[str]:
    for _ in range(QUERIES):
        yield draw.choice(FORMS).format(
            total=draw.choice(TOTALS),
            over=draw.choice(OVER),
            op=draw.choice(["=", "<", ">=", "<>"]),
            no=draw.choice(["", "NOT "]),
            test=test(draw),
        )


def run(spark, ctx):  # type: ignore[no-untyped-def]
    draw = random.Random(2026)
    for name, rows in tables(draw).items():
        spark.createDataFrame(rows, "k int, v int, id int").createOrReplaceTempView(name)
    for query in dict.fromkeys(queries(draw)):
        yield query, ctx.answer(query)
