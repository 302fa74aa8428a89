"""Maps of many keys: in which order they are written, and read back."""

SHORT = [f"k{n}" for n in range(14)]
LONG = [f"a key of some length {n}" for n in range(30)]
ODD = ["", "\u00e9", "\u65e5\u672c", "\U0001f600", "zz", "Aa", "BB"]


def run(spark, ctx):
    for label, keys in [("short", SHORT), ("long", LONG), ("odd", ODD), ("few", SHORT[:3])]:
        pairs = ", ".join(f"'{key}', {at}" for at, key in enumerate(keys))
        written = f"to_avro(map({pairs}))"
        yield f"bytes of {label}", spark.sql(f"SELECT {written} AS b").first()[0]
        schema = '{"type": "map", "values": "int"}'
        read = f"from_avro({written}, '{schema}')"
        yield f"keys of {label}", spark.sql(f"SELECT map_keys({read}) AS k").first()[0]
        yield f"values of {label}", spark.sql(f"SELECT map_values({read}) AS v").first()[0]
    twice = "0402610202610400"
    read = f'from_avro(unhex(\'{twice}\'), \'{{"type": "map", "values": "int"}}\')'
    yield "one key twice", spark.sql(f"SELECT map_values({read}) AS v").first()[0]
