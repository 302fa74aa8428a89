"""to_number, to_char, to_varchar: patterns of digits, signs, currency; what does not fit."""

NUMBERS = [
    ("454", "999"),
    ("454", "000"),
    ("454.00", "000.00"),
    ("12,454", "99,999"),
    ("$78.12", "$99.99"),
    ("12,454.8-", "99,999.9S"),
    ("-12,454.8", "S99,999.9"),
    ("+12", "S99"),
    ("12-", "99MI"),
    ("-12", "MI99"),
    ("<12,454.8>", "99,999.9PR"),
    ("12", "99PR"),
    ("5", "999"),
    ("0005", "9999"),
    ("5", "0000"),
    ("0005", "0000"),
    (".5", "9.9"),
    ("0.5", "9.9"),
    ("1.", "9.9"),
    ("1", "9.9"),
    ("1.55", "9.9"),
    ("1234", "999"),
    (" 12", "999"),
    ("12 ", "999"),
    ("", "999"),
    ("abc", "999"),
    ("1,2", "9,999"),
    ("1,234", "9G999D99"),
    ("1,234.5", "9G999D99"),
    ("-$5", "S$9"),
    ("$-5", "$S9"),
    ("12345678901234567890123456789012345678", "99999999999999999999999999999999999999"),
]

BAD_FORMATS = [
    "",
    "9.9.9",
    "S",
    "abc",
    "99$",
    "9S9",
    "9,",
    ",9",
    "9PR9",
    "SS9",
    "9.,9",
    "G9",
    "$9$",
    "999999999999999999999999999999999999999",
]

VALUES = [
    ("454", "999"),
    ("454.00BD", "000D00"),
    ("12454", "99G999"),
    ("78.12BD", "$99.99"),
    ("-12454.8BD", "99G999D9S"),
    ("12454.8BD", "99G999D9S"),
    ("-12", "S99"),
    ("12", "S99"),
    ("-12", "MI99"),
    ("12", "MI99"),
    ("-12", "99MI"),
    ("12", "99MI"),
    ("-12", "99PR"),
    ("12", "99PR"),
    ("5", "999"),
    ("5", "000"),
    ("0", "9"),
    ("0", "0"),
    ("0", "9.9"),
    ("0.5BD", "9.99"),
    ("0.5BD", "0.00"),
    ("1.256BD", "9.99"),
    ("1234", "999"),
    ("-5", "999"),
    ("-5", "$999"),
    ("-5", "S$999"),
    ("5", "$999"),
    ("1.5D", "9.9"),
    ("CAST(1.5 AS float)", "9.9"),
    ("CAST(7 AS tinyint)", "99"),
    ("123456789L", "999,999,999"),
    ("12", "9,999"),
    ("12", "0,000"),
    ("CAST(null AS int)", "999"),
    ("111", "099.9"),
    ("TIMESTAMP'2024-03-04 05:06:07'", "yyyy/MM HH"),
    ("DATE'2024-03-04'", "dd.MM.yy"),
    ("X'616263'", "base64"),
    ("X'616263'", "hex"),
    ("X'616263'", "utf-8"),
    ("encode('abc', 'utf-8')", "UTF-8"),
]

ERRORS = [
    "to_number('1')",
    "to_number(1, '9')",
    "to_number('1', 9)",
    "to_number('1', null)",
    "to_number(null, '9')",
    "try_to_number('1', 'x')",
    "try_to_number('1')",
    "to_char(1)",
    "to_char('1', '9')",
    "to_char(true, '9')",
    "to_char(1, null)",
    "to_char(X'61', 'nope')",
    "to_char(X'61', null)",
    "to_char(DATE'2024-01-01', 'nope')",
    "to_varchar(1, '99', 3)",
    "to_varchar(-5, 'S9')",
]


def run(spark, ctx):
    yield from ctx.expressions([f"try_to_number('{v}', '{f}')" for v, f in NUMBERS])
    yield from ctx.expressions([f"to_number('{v}', '{f}')" for v, f in NUMBERS[:18]])
    yield from ctx.expressions([f"to_number('{v}', '{f}')" for v, f in NUMBERS[18:]])
    yield from ctx.expressions([f"to_char({v}, '{f}')" for v, f in VALUES])
    yield from ctx.expressions([f"to_number('1', '{f}')" for f in BAD_FORMATS])
    yield from ctx.expressions([f"to_char(1, '{f}')" for f in BAD_FORMATS])
    yield from ctx.expressions(ERRORS)
    spark.sql(
        "SELECT * FROM VALUES ('12', 3, '99'), ('x', -4, '9'), (null, null, '9') AS t(s, n, f)"
    ).createOrReplaceTempView("t")
    yield "columns", spark.sql("SELECT try_to_number(s, '99'), to_char(n, 'S9') FROM t")
    yield (
        "format of a column",
        ctx.error(lambda: spark.sql("SELECT to_char(n, f) FROM t").collect()),
    )
    yield (
        "number format of a column",
        ctx.error(lambda: spark.sql("SELECT to_number(s, f) FROM t").collect()),
    )
    yield (
        "a bad value in a column",
        ctx.error(lambda: spark.sql("SELECT to_number(s, '99') FROM t").collect()),
    )
