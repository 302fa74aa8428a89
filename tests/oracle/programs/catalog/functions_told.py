"""DESCRIBE FUNCTION of built-in functions, and the forms of SHOW FUNCTIONS."""

PLAIN = [
    "upper",
    "ABS",
    "system.builtin.upper",
    "builtin.upper",
    "count",
    "explode",
    "+",
    "=",
    "!=",
    "<>",
    "||",
    "between",
    "case",
    "and",
    "not",
    "`upper`",
    "window",
    "rank",
    "from_json",
    "range",
    "default.upper",
    "nosuch",
    "'upper'",
    "like",
    "in",
    "div",
    "current_date",
    "session_window",
]

SHOWS = [
    "SHOW FUNCTIONS LIKE 'to_j*'",
    "SHOW FUNCTIONS 'to_j*|abs'",
    "SHOW SYSTEM FUNCTIONS LIKE 'yea*'",
    "SHOW USER FUNCTIONS LIKE 'abs'",
    "SHOW ALL FUNCTIONS LIKE 'abs'",
    "SHOW FUNCTIONS abs",
    "SHOW FUNCTIONS LIKE abs",
    "SHOW FUNCTIONS IN default LIKE 'ab*'",
    "SHOW FUNCTIONS FROM default LIKE 'ab*'",
    "SHOW FUNCTIONS IN nosuch LIKE 'ab*'",
    "SHOW FUNCTIONS IN nosuch.default LIKE 'ab*'",
    "SHOW nosuch FUNCTIONS",
    "SHOW FUNCTIONS LIKE '|*'",
    "SHOW FUNCTIONS LIKE '='",
    "SHOW FUNCTIONS LIKE 'cas*'",
    "SHOW FUNCTIONS LIKE 'bet*'",
    "DESCRIBE FUNCTION EXTENDED nosuch",
    "DESCRIBE FUNCTION default.nosuch",
    "DESC FUNCTION",
]


def run(spark, ctx):
    for name in PLAIN:
        for extended in ("", "EXTENDED "):
            label = f"DESCRIBE FUNCTION {extended}{name}"
            try:
                df = spark.sql(label)
                # What Spark tells of a use is its own text: of each line only what it is about.
                rows = [row[0] for row in df.collect()]
                yield (
                    label,
                    [
                        row
                        if not row.startswith(("Usage:", "Extended Usage:"))
                        else row.split(":")[0]
                        for row in rows
                    ],
                )
                yield label + ", columns", df.schema.jsonValue()
            except Exception as error:
                yield label, ctx.failure(error)
    for text in SHOWS:
        yield text, ctx.statement(text)
    for name in ("upper", "count", "explode", "default.nosuch", "nosuch", "builtin.upper", "+"):
        try:
            found = spark.catalog.getFunction(name)
            yield (
                f"getFunction {name}",
                [found.name, found.catalog, found.namespace, found.className, found.isTemporary],
            )
        except Exception as error:
            yield f"getFunction {name}", ctx.failure(error)
