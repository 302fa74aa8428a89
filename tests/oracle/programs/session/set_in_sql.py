"""SET and RESET in SQL text."""


def run(spark, ctx):
    yield "set", spark.sql("SET spark.sql.shuffle.partitions=9")
    yield "it holds", spark.conf.get("spark.sql.shuffle.partitions")
    yield "ask", spark.sql("SET spark.sql.ansi.enabled")
    yield "ask for nothing known", spark.sql("SET my.own.key")
    yield "zone", spark.sql("SET TIME ZONE 'America/New_York'")
    yield "zone holds", spark.conf.get("spark.sql.session.timeZone")
    yield "reset one", spark.sql("RESET spark.sql.shuffle.partitions")
    yield "back at the start", spark.conf.get("spark.sql.shuffle.partitions")
