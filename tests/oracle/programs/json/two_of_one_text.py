"""Calls that are printed alike and differ in their options are two calls."""


def run(spark, ctx):
    df = spark.sql("SELECT '{a:1}' AS j, 'x|y' AS c, named_struct('d', DATE'2024-01-02') AS s")
    yield (
        "from_json",
        df.selectExpr(
            "from_json(j, 'a int')",
            "from_json(j, 'a int', map('allowUnquotedFieldNames', 'true'))",
        ),
    )
    yield "to_json", df.selectExpr("to_json(s)", "to_json(s, map('dateFormat', 'yyyy/MM/dd'))")
    yield (
        "from_csv",
        df.selectExpr(
            "from_csv(c, 'a string, b string')",
            "from_csv(c, 'a string, b string', map('sep', '|'))",
        ),
    )
    yield "to_csv", df.selectExpr("to_csv(s)", "to_csv(s, map('dateFormat', 'yyyy/MM/dd'))")
    yield "to_xml", df.selectExpr("to_xml(s)", "to_xml(s, map('rowTag', 'r'))")
    yield (
        "from_xml",
        spark.sql(
            "SELECT from_xml(x, 'a string'), from_xml(x, 'a string', map('nullValue', '1'))"
            " FROM VALUES ('<r><a>1</a></r>') AS t(x)"
        ),
    )
