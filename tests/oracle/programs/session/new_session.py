"""A second session shares nothing of settings and views."""


def run(spark, ctx):
    spark.conf.set("my.own.key", "mine")
    spark.range(2).createOrReplaceTempView("mine")
    other = spark.newSession()
    yield "another session", other is spark
    yield "settings of the other", other.conf.get("my.own.key", "none")
    yield "settings of the start", other.conf.get("spark.sql.shuffle.partitions")
    yield "views of the other", ctx.error(lambda: other.table("mine"))
    other.conf.set("spark.sql.session.timeZone", "America/New_York")
    yield "zone here", spark.conf.get("spark.sql.session.timeZone")
    yield "text here", spark.sql("SELECT cast(timestamp_seconds(0) AS string) AS t")
    yield "text there", other.sql("SELECT cast(timestamp_seconds(0) AS string) AS t")
