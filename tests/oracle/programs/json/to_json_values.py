"""What does to_json write?"""

from pyspark.sql import functions as f


def run(spark, ctx):
    frame = spark.sql(
        """select named_struct('a', 1, 'b', cast(null as string), 'c', 'x"y',
              'd', date'2020-07-25', 't', timestamp'2020-07-25 14:55:00.5',
              'e', cast(1.50 as decimal(5,2)), 'f', 1e10D, 'g', array(1, null),
              'h', map('k', 1), 'i', true, 'j', x'0102') s,
            array(named_struct('a', 1), null) l, map('a', array(1.5)) m"""
    )
    yield "struct", frame.select(f.to_json("s").alias("v"))
    yield "array", frame.select(f.to_json("l").alias("v"))
    yield "map", frame.select(f.to_json("m").alias("v"))
    yield "nulls", frame.select(f.to_json("s", {"ignoreNullFields": "false"}).alias("v"))
    yield (
        "formats",
        frame.select(
            f.to_json("s", {"dateFormat": "dd/MM/yy", "timestampFormat": "HH:mm"}).alias("v")
        ),
    )
    yield "pretty", frame.select(f.to_json("l", {"pretty": "true"}).alias("v"))
    yield "name", frame.selectExpr("to_json(named_struct('a', 1))").columns
    yield "null", spark.sql("select to_json(cast(null as struct<a: int>)) v")
    yield "empty", spark.sql("select to_json(named_struct('a', cast(null as int))) v")
    yield "number", ctx.error(lambda: spark.sql("select to_json(5)"))
    yield (
        "round trip",
        spark.sql(
            "select from_json(to_json(named_struct('a', 1, 'b', array('x'))), 'a int, b array<string>') v"
        ),
    )
