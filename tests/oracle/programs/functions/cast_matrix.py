"""Every type cast to every type with ANSI rules, and texts cast without them."""

VALUES = {
    "int": "40000",
    "negative": "-1",
    "double": "1.9D",
    "nan": "double('NaN')",
    "decimal": "12.345",
    "true": "true",
    "number text": "'12'",
    "padded text": "' 7 '",
    "fraction text": "'1.9'",
    "word": "'word'",
    "true text": "'yes'",
    "date": "date'2016-07-26'",
    "timestamp": "timestamp'2016-07-26 02:45:07.5'",
    "date text": "'2016-07-26'",
    "time text": "'2016-07-26 02:45:07'",
    "binary": "X'41ff'",
    "big": "9223372036854775807L",
    "null": "null",
    "exponent text": "'1e3'",
}
TYPES = [
    "tinyint",
    "int",
    "bigint",
    "float",
    "double",
    "decimal(4,1)",
    "boolean",
    "string",
    "date",
    "timestamp",
    "binary",
]


def run(spark, ctx):
    for value in VALUES.values():
        yield from ctx.expressions([f"cast({value} AS {name})" for name in TYPES])
    spark.conf.set("spark.sql.ansi.enabled", "false")
    texts = ", ".join(f"({value})" for value in VALUES.values() if value.startswith("'"))
    casts = ", ".join(f"cast(v AS {name}) AS c{number}" for number, name in enumerate(TYPES))
    yield "texts without ANSI", spark.sql(f"SELECT v, {casts} FROM VALUES {texts} AS t(v)")
    numbers = "(1.9D), (-1D), (40000D), (1e20D), (double('NaN')), (null)"
    casts = ", ".join(f"cast(v AS {name}) AS c{number}" for number, name in enumerate(TYPES[:8]))
    yield "numbers without ANSI", spark.sql(f"SELECT v, {casts} FROM VALUES {numbers} AS t(v)")
