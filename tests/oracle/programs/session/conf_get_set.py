"""Settings of a session: set, get, unset, and the default that the caller names."""


def run(spark, ctx):
    yield "set by the builder", spark.conf.get("spark.sql.shuffle.partitions")
    spark.conf.set("spark.sql.shuffle.partitions", "7")
    yield "set as text", spark.conf.get("spark.sql.shuffle.partitions")
    spark.conf.set("spark.sql.shuffle.partitions", 5)
    yield "set as a number", spark.conf.get("spark.sql.shuffle.partitions")
    spark.conf.set("spark.sql.ansi.enabled", False)
    yield "set as a boolean", spark.conf.get("spark.sql.ansi.enabled")
    spark.conf.unset("spark.sql.ansi.enabled")
    yield "back at its default", spark.conf.get("spark.sql.ansi.enabled")
    spark.conf.set("my.own.key", "x")
    yield "a key of the user", spark.conf.get("my.own.key")
    yield "the default is not used", spark.conf.get("my.own.key", "y")
    spark.conf.unset("my.own.key")
    yield "the default of the caller", spark.conf.get("my.own.key", "y")
    yield "None as a default", spark.conf.get("my.own.key", None)
    yield "unset twice is silent", spark.conf.unset("my.own.key")
