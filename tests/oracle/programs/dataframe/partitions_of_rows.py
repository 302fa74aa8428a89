"""Which partition each row is in, and in which order the rows lie there: leaves,
repartition, repartitionByRange, repartitionById, coalesce, unions, narrow steps."""

from datetime import date, datetime
from decimal import Decimal

from pyspark.sql import functions as F


def glom(df):
    return [[list(row) for row in part] for part in df.rdd.glom().collect()]


def run(spark, ctx):
    ten = spark.range(10)
    one = spark.range(0, 10, 1, 1)

    yield "range", glom(ten)
    yield "range of one", glom(one)
    yield "range of four", glom(spark.range(1, 20, 3, 4))
    yield "range of more than rows", glom(spark.range(0, 2, 1, 5))
    yield "range of nothing", glom(spark.range(0, 0, 1, 3))
    yield "range in sql", glom(spark.sql("SELECT * FROM range(5)"))
    yield "range of four in sql", glom(spark.sql("SELECT * FROM range(0, 5, 1, 4)"))
    for count in (0, 1, 2, 5, 7, 11):
        rows = [(i, str(i)) for i in range(count)]
        yield f"rows {count}", glom(spark.createDataFrame(rows, "a int, b string"))
    yield "values", glom(spark.sql("SELECT * FROM VALUES (1), (2), (3) AS t(a)"))
    yield "one of values", glom(spark.sql("SELECT * FROM VALUES (1) AS t(a)"))
    yield "one row", glom(spark.sql("SELECT 1 AS a"))

    yield "repartition 1", glom(ten.repartition(1))
    yield "repartition 3", glom(ten.repartition(3))
    yield "repartition 3 of one", glom(one.repartition(3))
    yield "repartition 3 of nothing", glom(spark.range(0).repartition(3))
    yield "repartition 20", glom(one.repartition(20))
    twenty = spark.range(0, 20, 1, 4).select("id", (F.col("id") % 7 - 3).cast("int").alias("i"))
    kinds = {
        "int": "CAST(id - 3 AS INT)",
        "short and byte": "CAST(id AS SHORT) AS s, CAST(-id AS BYTE) AS b",
        "boolean": "id % 3 = 0, id",
        "float": "CAST(id / 4 AS FLOAT)",
        "double": "id / 8",
        "text": "concat('name ', id)",
        "short text": "repeat('x', CAST(id % 9 AS INT)) AS r",
        "text and number": "repeat('ab', CAST(id % 5 AS INT)) AS r, id, 'ñandú' AS n",
        "nulls": "nullif(id % 4, 2) AS a, nullif(concat('v', id % 3), 'v1') AS b",
        "binary": "CAST(concat('b', id) AS BINARY)",
        "date": "date_add(DATE'2020-02-27', CAST(id AS INT))",
        "timestamp": "timestamp_seconds(id * 1000), make_interval(0, 0, 0, 1) IS NULL",
        "decimal": "CAST(id AS DECIMAL(10, 2)) AS d",
        "long decimal": "CAST(id AS DECIMAL(30, 2)) AS d",
        "array": "sequence(0, id) AS a",
        "array of text": "split(repeat('a,', CAST(id % 4 AS INT)), ',') AS a",
        "array of ints": "transform(sequence(0, id % 5), x -> CAST(x AS INT)) AS a",
        "struct": "struct(id, concat('n', id) AS n) AS s",
        "map": "map(id, concat('n', id)) AS m",
        "interval": "make_dt_interval(0, 0, 0, id) AS d",
    }
    for name, exprs in kinds.items():
        df = twenty.selectExpr("id AS n0", *_split(exprs)).repartition(3)
        yield (
            f"round robin of {name}",
            [[row.n0 for row in part] for part in df.rdd.glom().collect()],
        )
    yield "columns that are left", glom(twenty.repartition(3).select("i"))
    yield "filtered after", glom(twenty.repartition(3).where("id > 9"))
    yield "repartition twice", glom(twenty.repartition(5).repartition(2))
    yield "two steps", glom(one.repartition(4).select((F.col("id") * 2).alias("x")).repartition(2))

    yield "by a column, 3", glom(ten.repartition(3, "id"))
    yield "by columns, 4", glom(twenty.repartition(4, "i", F.col("id") % 2))
    yield "by an expression, 4", glom(twenty.repartition(4, (F.col("id") % 3).cast("string")))
    yield "by a column", glom(ten.repartition("id"))
    yield "by a column, of four", glom(twenty.repartition(F.col("i")))
    yield (
        "by a date",
        glom(
            spark.createDataFrame(
                [(date(2020, 1, d), datetime(2020, 1, d, 3), Decimal(d)) for d in range(1, 9)],
                "d date, t timestamp, m decimal(5,1)",
            ).repartition(3, "d", "t", "m")
        ),
    )

    yield "by range", glom(one.repartitionByRange(3, "id"))
    yield "by range, ten", glom(ten.repartitionByRange(3, "id"))
    yield "by range, descending", glom(ten.repartitionByRange(3, F.desc("id")))
    yield (
        "by range of few values",
        glom(twenty.selectExpr("id % 2 AS a").repartitionByRange(4, "a")),
    )
    yield (
        "by range with nulls",
        glom(twenty.selectExpr("nullif(id % 4, 2) AS a", "id").repartitionByRange(3, "a", "id")),
    )
    yield (
        "by range of nulls last",
        glom(
            twenty.selectExpr("nullif(id % 4, 2) AS a", "id").repartitionByRange(
                3, F.asc_nulls_last("a")
            )
        ),
    )
    yield (
        "by range of text",
        glom(twenty.selectExpr("concat('n', id) AS a").repartitionByRange(5, "a")),
    )
    yield "by range without a number", glom(twenty.repartitionByRange("i"))
    yield "by range of nothing", glom(spark.range(0).repartitionByRange(3, "id"))

    yield "by id", glom(twenty.repartitionById(3, F.col("i")))
    yield "by id, nulls", glom(twenty.selectExpr("nullif(i, 1) AS p", "id").repartitionById(4, "p"))
    yield "by id of a long", ctx.error(lambda: ten.repartitionById(3, "id"))
    yield "by id of text", ctx.error(lambda: ten.repartitionById(3, F.col("id").cast("string")))
    yield "by id, none", ctx.error(lambda: ten.repartitionById(0, "id"))
    yield "by id, a name", ctx.error(lambda: ten.repartitionById("a", "id"))
    yield "by id, unknown", ctx.error(lambda: ten.repartitionById(2, "nope"))

    five = spark.range(0, 10, 1, 5)
    yield "coalesce 2", glom(five.coalesce(2))
    yield "coalesce 3", glom(five.coalesce(3))
    yield "coalesce 9", glom(five.coalesce(9))
    yield "coalesce 1", glom(five.coalesce(1))
    yield "coalesce twice", glom(spark.range(0, 16, 1, 8).coalesce(5).coalesce(2))
    for wide, narrow in ((5, 2), (5, 3), (7, 3), (8, 3), (13, 4)):
        spread = spark.range(0, 40, 1, 1).repartition(wide)
        yield f"coalesce {wide} to {narrow} of shuffled rows", glom(spread.coalesce(narrow))
    yield (
        "coalesce of a filter of shuffled rows",
        glom(twenty.repartition(7).select("id").coalesce(3).where("id > 2")),
    )

    yield "union", glom(ten.union(one))
    yield "union of parts", glom(five.coalesce(2).union(one.repartition(3)).where("id < 6"))
    yield "sorted within", glom(ten.sortWithinPartitions(F.desc("id")))
    yield (
        "sorted within parts",
        glom(twenty.repartition(3, "i").sortWithinPartitions("i", F.desc("id"))),
    )
    yield "after a limit", glom(ten.limit(7))
    yield "after an aggregation", ten.groupBy(F.col("id") % 3).count().rdd.getNumPartitions()
    yield (
        "after a narrow step",
        [
            ten.where("id > 3").withColumn("x", F.lit(1)).drop("x").rdd.getNumPartitions(),
            ten.repartition(6).selectExpr("id + 1").alias("t").rdd.getNumPartitions(),
            ten.unionAll(ten).rdd.getNumPartitions(),
            twenty.withColumnRenamed("i", "j").toDF("x", "y").rdd.getNumPartitions(),
            twenty.select(F.explode(F.array("id", "i"))).rdd.getNumPartitions(),
        ],
    )


def _split(exprs):
    """Expressions between commas outside of parentheses and quotes."""
    parts, depth, quoted, part = [], 0, False, ""
    for letter in exprs:
        quoted ^= letter == "'"
        depth += (letter in "(") - (letter in ")") if not quoted else 0
        if letter == "," and depth == 0 and not quoted:
            parts.append(part)
            part = ""
        else:
            part += letter
    return [*parts, part]
