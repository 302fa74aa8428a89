"""Which rows does `numInputRows` count when the reader of the files can filter them itself?"""

import json

from pyspark.sql import functions as F

SCHEMA = "k STRING, j STRING, v INT, l LONG, x DOUBLE, b BOOLEAN, t TIMESTAMP, s STRUCT<a: INT>"
LINES = [
    {"k": "a", "j": "b", "v": 1, "l": 1, "x": 0.5, "b": True, "t": "2024-01-01T00:00:01Z"},
    {"k": "bb", "j": "b", "v": 2, "l": 2, "x": 1.5, "b": False, "t": "2024-01-02T00:00:01Z"},
    {"k": "ab", "j": None, "v": 5, "l": None, "x": None, "b": None, "s": {"a": 1}},
    {"k": None, "v": None, "l": None, "x": None, "b": None, "t": None, "s": None},
    {"j": "a", "v": 3},
    {"k": "a"},
    {"v": "not a number", "k": "c"},
    {},
]
CONDITIONS = [
    "v > 1",
    "1 < v",
    "v > 1.5",
    "v + 1 > 2",
    "v > l",
    "v <> 2",
    "v <=> 2",
    "v is null",
    "v is not null",
    "v in (1, 2, 3, 4)",
    "v not in (1, 2)",
    "v between 2 and 4",
    "v > 1 or k = 'a'",
    "v > 1 or upper(k) = 'A'",
    "v > 1 and upper(k) = 'A'",
    "not (v > 1 and k = 'a')",
    "k = 'a' and v is null",
    "k like 'a%'",
    "k like '%b%'",
    "k like 'a_'",
    "startswith(k, 'a')",
    "upper(k) = 'A'",
    "trim(k) = 'a'",
    "coalesce(k, 'a') = 'a'",
    "k = j",
    "b",
    "not b",
    "b is true",
    "x > 1",
    "cast(v as string) = '2'",
    "t > '2024-01-01'",
    "to_date(t) = date'2024-01-01'",
    "year(t) = 2024",
    "t < current_timestamp()",
    "s.a = 1",
    "s is not null",
    "case when v > 1 then true else false end",
    "length(k) = 1",
    "abs(v) > 1",
    "v % 2 = 1",
]


def run(spark, ctx):
    ctx.write_lines("in/1.json", [json.dumps(line) for line in LINES])
    ctx.write_lines("in/2.json", ['[{"k": "a", "v": 9}, {"v": 1}]', "not JSON at all"])

    def rows():
        return spark.readStream.schema(SCHEMA).json(ctx.path("in"))

    def counted(frames, number):
        """All in one query: each has a source of its own in the record."""
        marked = [df.select(F.lit(n).alias("n")) for n, df in enumerate(frames.values())]
        whole = marked[0]
        for df in marked[1:]:
            whole = whole.unionAll(df)
        with ctx.running(whole, f"out{number}") as query:
            query.processAllAvailable()
            batch = json.loads(query.recentProgress[0].json)
        given = [row.n for row in spark.table(f"out{number}").collect()]
        sources = [source["numInputRows"] for source in batch["sources"]]
        for n, (name, read) in enumerate(zip(frames, sources, strict=True)):
            yield name, [read, given.count(n)]
        yield f"all {number}", batch["numInputRows"]

    yield from counted({text: rows().where(text) for text in CONDITIONS}, 1)
    yield from counted(
        {
            "renamed": rows().select(F.col("v").alias("w")).where("w > 1"),
            "computed": rows().select((F.col("v") + 1).alias("w")).where("w > 2"),
            "twice": rows().where("v > 1").where("k = 'a'"),
            "over a mark": rows().withWatermark("t", "1 hour").where("k = 'a'"),
            "of the marked time": rows().withWatermark("t", "1 hour").where("t is not null"),
            "with a constant column": rows().withColumn("c", F.lit(1)).where("c = 1 and v > 1"),
            "window": rows().select(F.window("t", "1 hour")),
            "sliding window": rows().select(F.window("t", "1 hour", "30 minutes")),
            "no filter": rows(),
        },
        2,
    )
    spark.conf.set("spark.sql.json.filterPushdown.enabled", "false")
    yield from counted({"switched off": rows().where("v > 1")}, 3)
