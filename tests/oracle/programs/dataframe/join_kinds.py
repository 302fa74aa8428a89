"""Every kind of join by name and by condition; nulls never match."""

LEFT = [(1, "a"), (2, "b"), (2, "bb"), (None, "n")]
RIGHT = [(2, 20.0), (3, 30.0), (None, 0.0)]
KINDS = [
    "inner",
    "cross",
    "outer",
    "full",
    "fullouter",
    "full_outer",
    "left",
    "leftouter",
    "left_outer",
    "right",
    "rightouter",
    "right_outer",
    "semi",
    "leftsemi",
    "left_semi",
    "anti",
    "leftanti",
    "left_anti",
]


def run(spark, ctx):
    left = spark.createDataFrame(LEFT, "id int, l string")
    right = spark.createDataFrame(RIGHT, "id int, r double")
    for kind in KINDS:
        yield kind, left.join(right, "id", kind)
    yield "condition", left.join(right, left.id == right.id)
    yield "condition, outer", left.join(right, left.id == right.id, "outer")
    yield "null safe", left.join(right, left.id.eqNullSafe(right.id))
    yield "inequality", left.join(right, left.id < right.id)
    yield "two conditions", left.join(right, [left.id == right.id, right.r > 1])
    yield "list of names", left.join(right, ["id"], "left")
    yield "no condition", left.join(right).count()
    yield "cross", left.crossJoin(right).count()
    yield "unknown kind", ctx.error(lambda: left.join(right, "id", "sideways"))
    yield "unknown name", ctx.error(lambda: left.join(right, "nope"))
