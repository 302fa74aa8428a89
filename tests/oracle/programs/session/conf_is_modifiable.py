"""Which settings can change while the session runs."""

KEYS = [
    "spark.sql.shuffle.partitions",
    "spark.sql.session.timeZone",
    "spark.sql.warehouse.dir",
    "spark.sql.extensions",
    "spark.master",
    "spark.app.name",
    "spark.executor.memory",
    "my.own.key",
]


def run(spark, ctx):
    for key in KEYS:
        yield key, spark.conf.isModifiable(key)
