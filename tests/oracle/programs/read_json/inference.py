"""The schema that Spark makes of the data: order of names, widening, nulls, nesting."""


def run(spark, ctx):
    path = ctx.write_lines(
        "a.json",
        [
            '{"b":1,"a":"x","n":null,"f":1,"m":1,"l":[1],"o":{"p":1}}',
            '{"b":3000000000,"a":"y","f":1.5,"m":"t","l":[2.5,null],"o":{"q":"z"}}',
            '{"d":"2016-07-26","t":"2016-07-26T02:45:07Z","big":12345678901234567890,"e":[],"v":true}',
        ],
    )
    yield "all", spark.read.json(path)
    yield "decimals", spark.read.option("prefersDecimal", True).json(path).select("f", "l", "big")
    yield "timestamps", spark.read.option("inferTimestamp", True).json(path).select("d", "t")
    yield (
        "no field that is always null",
        spark.read.option("dropFieldIfAllNull", True).json(path).columns,
    )
    bad = ctx.write_lines("bad.json", ['{"a":1}', '{"a":'])
    yield "with a bad line", spark.read.json(bad)
    only = ctx.write_lines("only.json", ["nonsense"])
    yield "only bad lines", ctx.outcome(lambda: spark.read.json(only).schema.simpleString())
    yield (
        "only the corrupt column",
        ctx.error(lambda: spark.read.json(only).select("_corrupt_record").collect()),
    )
    yield (
        "of events",
        spark.read.json(ctx.write_lines("e.json", ['{"time":1469501107,"action":"Open"}'])),
    )
