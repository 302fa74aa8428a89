"""Keys that nobody knows and values of a wrong kind."""


def run(spark, ctx):
    yield "unknown key", ctx.error(lambda: spark.conf.get("spark.sql.no.such.key"))
    yield "unknown key of the user", ctx.error(lambda: spark.conf.get("nothing"))
    yield (
        "text for a number",
        ctx.error(lambda: spark.conf.set("spark.sql.shuffle.partitions", "many")),
    )
    yield "zero partitions", ctx.error(lambda: spark.conf.set("spark.sql.shuffle.partitions", "0"))
    yield "text for a boolean", ctx.error(lambda: spark.conf.set("spark.sql.ansi.enabled", "maybe"))
    yield (
        "unknown zone",
        ctx.error(lambda: spark.conf.set("spark.sql.session.timeZone", "Mars/Olympus")),
    )
    yield (
        "unknown policy",
        ctx.error(lambda: spark.conf.set("spark.sql.legacy.timeParserPolicy", "SOMETIMES")),
    )
    yield "static setting", ctx.error(lambda: spark.conf.set("spark.sql.warehouse.dir", "x"))
    yield "key that is no text", ctx.error(lambda: spark.conf.get(1))
    yield "value None", ctx.error(lambda: spark.conf.set("my.key", None))
    yield "nothing changed", spark.conf.get("spark.sql.shuffle.partitions")
