"""Every type cast to every type, with ANSI rules and without."""

VALUES = {
    "int": "40000", "negative": "-1", "double": "1.9D", "nan": "double('NaN')", "decimal": "12.345", "true": "true",
    "number text": "'12'", "padded text": "' 7 '", "fraction text": "'1.9'", "word": "'word'", "true text": "'yes'",
    "date": "date'2016-07-26'", "timestamp": "timestamp'2016-07-26 02:45:07.5'", "date text": "'2016-07-26'",
    "time text": "'2016-07-26 02:45:07'", "binary": "X'41ff'", "big": "9223372036854775807L", "null": "null",
    "exponent text": "'1e3'",
}
TYPES = ["tinyint", "int", "bigint", "float", "double", "decimal(4,1)", "boolean", "string", "date", "timestamp", "binary"]


def run(spark, ctx):
    for ansi in ["true", "false"]:
        spark.conf.set("spark.sql.ansi.enabled", ansi)
        for label, value in VALUES.items():
            cells = {}
            for name in TYPES:
                outcome = ctx.outcome(
                    lambda value=value, name=name: spark.sql(f"SELECT cast({value} AS {name}) AS v").first()[0]
                ).encoded
                cells[name] = outcome.get("condition") or str(outcome.get("value"))
            yield f"{label}, ANSI {ansi}", cells
