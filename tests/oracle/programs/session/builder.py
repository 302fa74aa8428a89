"""The builder gives the session that runs and hands it new settings."""

from pyspark.sql import SparkSession


def run(spark, ctx):
    again = SparkSession.builder.getOrCreate()
    yield "the same session", again is spark
    yield "the active session", SparkSession.getActiveSession() is spark
    configured = (
        SparkSession.builder.appName("another name")
        .config("spark.sql.shuffle.partitions", 3)
        .config("my.own.key", "x")
        .getOrCreate()
    )
    yield "still the same", configured is spark
    yield "new setting", spark.conf.get("spark.sql.shuffle.partitions")
    yield "own key", spark.conf.get("my.own.key")
    SparkSession.builder.config(
        map={"my.first": "1", "my.second": 2, "my.third": True}
    ).getOrCreate()
    yield "from a map", [spark.conf.get(f"my.{n}") for n in ("first", "second", "third")]
    yield "version", spark.version
    yield "context's version", spark.sparkContext.version
    yield "master", spark.sparkContext.master
    yield "application", spark.sparkContext.appName
    yield "builder is fresh each time", SparkSession.builder is SparkSession.builder
