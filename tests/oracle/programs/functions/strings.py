"""Functions on text."""

EXPRESSIONS = [
    "upper('añb')", "lower('AÑB')", "initcap('hello wORLD')", "length('河流')", "char_length('ab ')", "octet_length('é')", "trim('  a ')",
    "ltrim('  a ')", "rtrim(' a  ')", "trim(BOTH 'x' FROM 'xxaxx')", "lpad('7', 3, '0')", "rpad('abc', 2, '.')", "substring('caudal', 2, 3)",
    "substring('caudal', -3, 2)", "substring('caudal', 0, 2)", "substr('caudal', 4)", "left('caudal', 2)", "right('caudal', 2)",
    "concat('a', 'b', 1)", "concat('a', null)", "concat_ws('-', 'a', null, 'b')", "'a' || 1", "replace('aXbX', 'X', '-')",
    "translate('abc', 'ac', '12')", "reverse('abc')", "repeat('ab', 2)", "instr('caudal', 'd')", "locate('a', 'caudal', 3)",
    "split('a,b,,c', ',')", "split('a1b2', '[0-9]', 2)", "regexp_replace('a1b22', '[0-9]+', '#')", "regexp_extract('a1b22', '([a-z])([0-9]+)', 2)",
    "regexp_extract('zzz', '(a)', 1)", "'caudal' LIKE 'c%l'", "'a_b' LIKE 'a\\\\_b'", "'A' ILIKE 'a'", "'caudal' RLIKE 'u.a'", "startswith('caudal', 'ca')",
    "endswith('caudal', 'al')", "contains('caudal', 'uda')", "substring_index('a.b.c', '.', 2)", "substring_index('a.b.c', '.', -1)", "ascii('A')",
    "chr(65)", "format_string('%d-%s', 1, 'x')", "format_number(1234567.891, 2)", "levenshtein('kitten', 'sitting')", "soundex('Robert')",
    "base64('ab')", "unbase64('YWI=')", "md5('a')", "sha2('a', 256)", "crc32('a')", "hex('ab')", "unhex('6162')", "encode('é', 'UTF-8')", "decode(X'c3a9', 'UTF-8')",
    "position('d' IN 'caudal')", "find_in_set('b', 'a,b')", "elt(2, 'a', 'b')", "space(2)", "overlay('caudal' PLACING 'XX' FROM 2)", "upper(5)",
    "split_part('a.b.c', '.', 2)", "regexp_like('ab', 'b$')", "regexp_count('abab', 'a')", "bit_length('ab')",
]


def run(spark, ctx):
    for text in EXPRESSIONS:
        yield text, ctx.outcome(lambda text=text: describe(spark.sql(f"SELECT {text}")))


def describe(df):
    return [df.columns[0], df.schema[0].dataType.simpleString(), df.schema[0].nullable, df.first()[0]]
