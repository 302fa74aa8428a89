"""What does a path give of a variant, and as which type?"""

V = """parse_json('{"a":1,"b":{"c":[true,null,"7",1.5,{"d e":"2020-01-02"}]},"f":1e3,"big":300}')"""


def run(spark, ctx):
    yield from ctx.expressions(
        [
            f"try_variant_get({V}, '{path}', '{kind}')"
            for path, kind in [
                ("$.a", "int"),
                ("$.a", "string"),
                ("$.a", "boolean"),
                ("$.a", "double"),
                ("$.a", "timestamp"),
                ("$.a", "decimal(5,2)"),
                ("$.a", "date"),
                ("$.a", "binary"),
                ("$.a", "array<int>"),
                ("$.missing", "int"),
                ("$.a.b", "int"),
                ("$.a[0]", "int"),
                ("$.b.c[0]", "int"),
                ("$.b.c[0]", "string"),
                ("$.b.c[1]", "int"),
                ("$.b.c[2]", "int"),
                ("$.b.c[2]", "tinyint"),
                ("$.b.c[3]", "int"),
                ("$.b.c[3]", "string"),
                ("$.b.c[3]", "decimal(10,4)"),
                ("$.b.c[9]", "string"),
                ("$.b.c", "string"),
                ("$.b.c", "array<string>"),
                ("$.b.c", "array<variant>"),
                ("$.b.c[4]", "map<string,date>"),
                ("$.b.c[4]", "struct<`d e`:string,x:int>"),
                ('$["b"]["c"][4]["d e"]', "date"),
                ("$.f", "int"),
                ("$.f", "string"),
                ("$.f", "float"),
                ("$.big", "tinyint"),
                ("$.big", "smallint"),
                ("$", "string"),
                ("$", "int"),
                ("$", "struct<a:bigint,b:variant>"),
                ("$", "map<string,variant>"),
            ]
        ]
    )
    for path, kind in [
        ("$.big", "tinyint"),
        ("$.b", "int"),
        ("$.b.c", "array<int>"),
        ("$.a", "map<int,int>"),
        ("$.a", "interval day"),
        ("$.a", "void"),
        ("$.a", "nonsense"),
    ]:
        text = f"SELECT variant_get({V}, '{path}', '{kind}')"
        yield text, ctx.error(lambda text=text: spark.sql(text).collect())
    for text in ("variant_get(1, '$')", "variant_get(parse_json('1'))"):
        yield text, ctx.error(lambda text=text: spark.sql(f"SELECT {text}"))
    for path in ("a", "", "$.", "$..a", "$[", "$[a]", "$[-1]", "$['a'", "$[99999999999]", "$ .a"):
        yield (
            f"path {path}",
            ctx.error(lambda path=path: spark.sql(f'SELECT variant_get({V}, "{path}")').collect()),
        )
    yield from ctx.expressions(
        [
            f"variant_get({V}, '$.a')",
            f"variant_get({V}, '$.b')",
            "variant_get(NULL, '$')",
            "variant_get(parse_json('1'), NULL)",
            "variant_get(parse_json('null'), '$')",
            "variant_get(parse_json('null'), '$', 'int')",
            "typeof(parse_json('1'))",
            "parse_json('1') IS NULL",
        ]
    )
    spark.sql(f"SELECT {V} AS v, '$.a' AS p").createOrReplaceTempView("t")
    yield (
        "colon",
        spark.sql(
            "SELECT v:a, v:b.c[2]::int, v:['b']['c'][0]::string, v:b.c[4]['d e'] AS x, v:missing FROM t"
        ),
    )
    yield "path of a column", spark.sql("SELECT variant_get(v, p, 'int') AS a FROM t")
    yield "colon of a text", ctx.error(lambda: spark.sql("SELECT s:a FROM (SELECT 'x' AS s)"))
    yield "where", spark.sql("SELECT v:a::int AS a FROM t WHERE v:b.c[0]::boolean")
    from pyspark.sql import functions as F

    df = spark.table("t")
    yield (
        "columns",
        df.select(
            F.variant_get("v", "$.a", "int"),
            F.variant_get(df.v, df.p, "string").alias("s"),
            F.try_variant_get("v", "$.b", "int"),
            F.schema_of_variant("v"),
            F.is_variant_null("v"),
            F.is_valid_variant("v"),
            F.to_json("v"),
        ),
    )
