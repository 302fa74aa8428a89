"""Which calls want an answer at once and are refused on a stream, and which are not?"""


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"k":"a","v":1}'])
    df = spark.readStream.schema("k STRING, v INT").json(ctx.path("in"))
    df.createOrReplaceTempView("s")
    calls = {
        "count": df.count,
        "grouped count": lambda: df.groupBy("k").count().collect(),
        "head": df.head,
        "tail": lambda: df.tail(1),
        "toPandas": df.toPandas,
        "toArrow": df.toArrow,
        "toLocalIterator": lambda: list(df.toLocalIterator()),
        "foreach": lambda: df.foreach(lambda row: None),
        "foreachPartition": lambda: df.foreachPartition(lambda rows: None),
        "describe": lambda: df.describe().collect(),
        "summary": lambda: df.summary("count").collect(),
        "approxQuantile": lambda: df.approxQuantile("v", [0.5], 0.1),
        "corr": lambda: df.corr("v", "v"),
        "crosstab": lambda: df.crosstab("k", "v").collect(),
        "freqItems": lambda: df.freqItems(["k"]).collect(),
        "randomSplit": lambda: [part.isStreaming for part in df.randomSplit([1.0, 1.0], 1)],
        "checkpoint": lambda: df.localCheckpoint().isStreaming,
        "write to a table": lambda: df.write.saveAsTable("t1"),
        "write noop": lambda: df.write.format("noop").mode("overwrite").save(),
        "writeTo": lambda: df.writeTo("t1").create(),
        "insertInto": lambda: df.write.insertInto("t1"),
        "sql count": lambda: spark.sql("SELECT count(*) FROM s").collect(),
        "create table as": lambda: spark.sql("CREATE TABLE t1 AS SELECT * FROM s"),
        "sub-query": lambda: spark.range(1).where("id IN (SELECT v FROM s)").collect(),
        "schema": lambda: df.schema.simpleString(),
        "columns": lambda: df.columns,
        "isLocal": lambda: df.isLocal(),
        "inputFiles": lambda: df.inputFiles(),
        "unpersist": lambda: df.unpersist().isStreaming,
        "writeStream of a table": lambda: spark.range(1).writeStream,
        "writeStream of a batch union": lambda: spark.range(1).union(spark.range(2)).writeStream,
    }
    for name, call in calls.items():
        yield name, ctx.outcome(call)
