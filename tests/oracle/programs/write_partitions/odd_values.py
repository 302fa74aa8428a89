"""How are folders named for values of a partition that no plain name can have?"""


def run(spark, ctx):
    odd = [
        "",
        " ",
        "a b",
        "a/b",
        "a:b",
        "a=b",
        "a%b",
        "a#b",
        "é",
        'a"b',
        "a'b",
        "a?b",
        "a*b",
        "a\\b",
        "[x]",
        "{x}",
        "a^b",
        "~",
        "a\nb",
        "a\tb",
        "\u007f",
        "a&b",
        "a+b",
        "a,b",
        "a.b",
        ".",
        "A",
        None,
        "null",
    ]
    rows = spark.createDataFrame([(i, s) for i, s in enumerate(odd)], "v int, k string")
    rows.coalesce(1).write.partitionBy("k").json(ctx.path("odd"))
    yield "folders", ctx.files("odd")
    yield "texts", sorted(ctx.texts("odd"))
    read = spark.read.schema("v int, k string").json(ctx.path("odd"))
    yield "read", read
