"""What do reflect, java_method and try_reflect give for static methods of Java, and what are they refused?"""

VALUES = [
    "reflect('java.util.UUID', 'fromString', 'a5cf6c42-0c85-418f-af6c-3e4e5b1328f2')",
    "reflect('java.util.UUID', 'fromString', 'A5CF6C42-0C85-418F-AF6C-3E4E5B1328F2')",
    "reflect('java.util.UUID', 'fromString', '1-2-3-4-5')",
    "reflect('java.util.UUID', 'fromString', s)",
    "reflect('java.util.UUID', 'fromString', 'x')",
    "try_reflect('java.util.UUID', 'fromString', 'x')",
    "reflect('java.util.UUID', 'fromString', NULL)",
    "length(reflect('java.util.UUID', 'randomUUID'))",
    "reflect('java.util.UUID', 'randomUUID') = reflect('java.util.UUID', 'randomUUID')",
    "reflect('java.util.UUID', 'randomUUID', 1)",
    "java_method('java.lang.Math', 'max', 1, 2)",
    "java_method('java.lang.Math', 'max', 1L, 2L)",
    "java_method('java.lang.Math', 'max', 1L, 2)",
    "java_method('java.lang.Math', 'max', 1.5D, 2.5D)",
    "java_method('java.lang.Math', 'max', CAST(1.5 AS FLOAT), CAST(2.25 AS FLOAT))",
    "java_method('java.lang.Math', 'max', 1.5, 2.5)",
    "java_method('java.lang.Math', 'min', n, z)",
    "java_method('java.lang.Math', 'min', n, i)",
    "java_method('java.lang.Math', 'abs', -5)",
    "java_method('java.lang.Math', 'abs', -5L)",
    "java_method('java.lang.Math', 'abs', -5.5D)",
    "java_method('java.lang.Math', 'sqrt', 2.0D)",
    "java_method('java.lang.Math', 'sqrt', 2)",
    "java_method('java.lang.Math', 'pow', 2.0D, 10.0D)",
    "java_method('java.lang.Math', 'floor', -1.5D)",
    "java_method('java.lang.Math', 'ceil', -1.5D)",
    "java_method('java.lang.Math', 'rint', 2.5D)",
    "java_method('java.lang.Math', 'round', 2.5D)",
    "java_method('java.lang.Math', 'round', CAST(2.5 AS FLOAT))",
    "java_method('java.lang.Math', 'signum', -2.5D)",
    "java_method('java.lang.Math', 'hypot', 3.0D, 4.0D)",
    "java_method('java.lang.Math', 'cbrt', 27.0D)",
    "java_method('java.lang.Math', 'toRadians', 180.0D)",
    "java_method('java.lang.Math', 'toDegrees', 3.0D)",
    "java_method('java.lang.Math', 'floorMod', -7, 3)",
    "java_method('java.lang.Math', 'floorDiv', -7, 3)",
    "java_method('java.lang.Math', 'addExact', 2147483647, 1)",
    "try_reflect('java.lang.Math', 'addExact', 2147483647, 1)",
    "java_method('java.lang.Math', 'addExact', 1, 2)",
    "java_method('java.lang.Math', 'nosuch', 1)",
    "java_method('java.lang.Math', 'max', 'a', 'b')",
    "reflect('java.lang.String', 'valueOf', 1)",
    "reflect('java.lang.String', 'valueOf', 1L)",
    "reflect('java.lang.String', 'valueOf', 1.0D)",
    "reflect('java.lang.String', 'valueOf', CAST(1.1 AS FLOAT))",
    "reflect('java.lang.String', 'valueOf', true)",
    "reflect('java.lang.String', 'valueOf', 'a')",
    "reflect('java.lang.String', 'valueOf', CAST(NULL AS INT))",
    "reflect('java.lang.String', 'valueOf', CAST(1 AS SMALLINT))",
    "reflect('java.lang.Integer', 'toHexString', -1)",
    "reflect('java.lang.Integer', 'toBinaryString', 10)",
    "reflect('java.lang.Integer', 'toOctalString', 8)",
    "reflect('java.lang.Integer', 'parseInt', '12')",
    "reflect('java.lang.Integer', 'parseInt', 'x')",
    "try_reflect('java.lang.Integer', 'parseInt', 'x')",
    "reflect('java.lang.Integer', 'valueOf', 12)",
    "reflect('java.lang.Integer', 'bitCount', 255)",
    "reflect('java.lang.Integer', 'reverse', 1)",
    "reflect('java.lang.Integer', 'max', 1, 2)",
    "reflect('java.lang.Long', 'toHexString', -1L)",
    "reflect('java.lang.Long', 'parseLong', '12')",
    "reflect('java.lang.Long', 'valueOf', 12L)",
    "reflect('java.lang.Double', 'parseDouble', '1e3')",
    "reflect('java.lang.Double', 'valueOf', '1e3')",
    "reflect('java.lang.Double', 'isNaN', 1.0D)",
    "reflect('java.lang.Boolean', 'parseBoolean', 'TRUE')",
    "reflect('java.net.URLDecoder', 'decode', 'a%20b+c')",
    "reflect('java.net.URLDecoder', 'decode', '%')",
    "try_reflect('java.net.URLDecoder', 'decode', '%')",
    "reflect('java.net.URLEncoder', 'encode', 'a b&c')",
    "reflect('java.net.URLEncoder', 'encode', 'a b&c', 'UTF-8')",
    "reflect('java.net.URLDecoder', 'decode', 'a%20b', 'UTF-8')",
    "reflect('nosuch.Class', 'x')",
    "reflect('java.lang.Math', 'nosuch', 1)",
    "reflect(s, 'x')",
    "reflect('java.lang.Math', s)",
    "reflect('java.lang.Math')",
    "reflect()",
    "reflect(1, 'x')",
    "reflect('java.lang.Math', 1)",
    "reflect(NULL, 'x')",
    "reflect('java.lang.Math', NULL)",
    "reflect('java.lang.Math', 'max', DATE'2024-01-01', 1)",
    "reflect('java.lang.Math', 'max', array(1), 1)",
]


def run(spark, ctx):
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    spark.sql(
        "SELECT 7 AS n, CAST(3 AS INT) AS z, CAST(NULL AS INT) AS i, 'x' AS s"
    ).createOrReplaceTempView("t")

    def one(call):
        df = spark.sql(f"SELECT {call} FROM t")
        fields = [[f.name, f.dataType.simpleString(), f.nullable] for f in df.schema]
        try:
            return fields, [[*row] for row in df.collect()]
        except Exception:
            # The message is of a task that has a number, and names Java's exception only.
            return fields, "fails when it runs"

    for call in VALUES:
        yield call, ctx.outcome(lambda call=call: one(call))
