"""from_csv, to_csv, schema_of_csv: types, options, broken lines, wrong arguments."""

EXPRESSIONS = [
    "from_csv('1,2.5,abc', 'a INT, b DOUBLE, c STRING')",
    "from_csv('1', 'a INT, b INT')",
    "from_csv('1,2,3', 'a INT, b INT')",
    "from_csv('x,2', 'a INT, b INT')",
    "from_csv('', 'a INT, b STRING')",
    "from_csv(null, 'a INT')",
    "from_csv('26/08/2015', 'time Timestamp', map('timestampFormat', 'dd/MM/yyyy'))",
    "from_csv('2015-08-26', 'd DATE')",
    "from_csv('1;2', 'a INT, b INT', map('sep', ';'))",
    "from_csv('\"a,b\",2', 's STRING, n INT')",
    "from_csv('x', 'a INT, _corrupt_record STRING', map('columnNameOfCorruptRecord', '_corrupt_record'))",
    "from_csv('1, 2 ', 'a STRING, b STRING')",
    "from_csv('1, 2 ', 'a STRING, b STRING', map('ignoreLeadingWhiteSpace', 'true', 'ignoreTrailingWhiteSpace', 'true'))",
    "from_csv('-', 'a INT', map('nullValue', '-'))",
    "from_csv('1,2', schema_of_csv('1,abc'))",
    "from_csv('true,1.50', 'a BOOLEAN, b DECIMAL(5,2)')",
    "to_csv(named_struct('a', 1, 'b', 2.5D, 'c', 'x'))",
    "to_csv(named_struct('a', null, 'b', 'x,y'))",
    "to_csv(named_struct('a', 'q\"r', 'b', ''))",
    "to_csv(named_struct('time', to_timestamp('2015-08-26', 'yyyy-MM-dd')), map('timestampFormat', 'dd/MM/yyyy'))",
    "to_csv(named_struct('a', 1, 'b', 2), map('sep', '|'))",
    "to_csv(named_struct('a', DATE'2024-01-02', 't', TIMESTAMP'2024-01-02 03:04:05'))",
    "to_csv(named_struct('a', 1.50BD, 'b', true))",
    "to_csv(CAST(null AS struct<a: int>))",
    "to_csv(named_struct('a', array(1, 2)))",
    "to_csv(named_struct('a', named_struct('b', 1)))",
    "to_csv(named_struct('a', ' x '))",
    "schema_of_csv('1,abc')",
    "schema_of_csv('1|2.5|true|2024-01-01|x', map('sep', '|'))",
    "schema_of_csv('2024-01-01 10:00:00,12345678901')",
    "schema_of_csv('')",
    "schema_of_csv('a')",
]

ERRORS = [
    "from_csv('1', 'a INT', map('mode', 'FAILFAST'))",
    "from_csv('x', 'a INT', map('mode', 'FAILFAST'))",
    "from_csv('x', 'a INT', map('mode', 'DROPMALFORMED'))",
    "from_csv(1, 'a INT')",
    "from_csv('1', 'a INT', 'x')",
    "from_csv('1', 'a INT', map('a', 1))",
    "from_csv('1', 'INT')",
    "from_csv('1', 'a ARRAY<INT>')",
    "from_csv('1', 1)",
    "from_csv('1')",
    "to_csv(1)",
    "to_csv(array(1))",
    "to_csv(named_struct('a', map(1, 2)))",
    "to_csv(named_struct('a', X'01'))",
    "to_csv(named_struct('a', 1), 'x')",
    "to_csv()",
    "schema_of_csv(null)",
    "schema_of_csv(1)",
    "schema_of_csv('1', 'x')",
    "schema_of_csv(id)",
]


def run(spark, ctx):
    yield from ctx.expressions(EXPRESSIONS)
    yield from ctx.expressions(ERRORS)
    spark.sql(
        "SELECT * FROM VALUES (1, '1,a'), (2, 'x,b'), (3, null), (4, '') AS t(id, s)"
    ).createOrReplaceTempView("t")
    yield "columns", spark.sql("SELECT id, from_csv(s, 'n INT, w STRING') v FROM t")
    yield "written", spark.sql("SELECT id, to_csv(struct(id, s)) v FROM t")
    yield (
        "schema of a column",
        ctx.error(lambda: spark.sql("SELECT schema_of_csv(s) FROM t").collect()),
    )
