"""The lesson's alarm: a view of counts joined with its twin."""


def run(spark, ctx):
    rows = "(1, 'Open', 30), (1, 'Close', 5), (2, 'Open', 10), (2, 'Close', 9), (3, 'Close', 40), (3, 'Open', 1)"
    for name in ["counts", "counts2"]:
        spark.sql(
            f"SELECT action, named_struct('start', timestamp_seconds(w * 60), 'end', timestamp_seconds(w * 60 + 60)) AS window, "
            f"n AS count FROM VALUES {rows} AS t(w, action, n)"
        ).createOrReplaceTempView(name)
    base = (
        "select sc.action as action1, sc.window, sc.count as countAction1, sc2.action as action2, sc2.count as countAction2 from counts sc "
        "inner join {other} sc2 on sc.window = sc2.window and sc.action <> sc2.action where sc.window.start > '1970-01-01 00:00:00' "
    )
    condition = "(sc.count - sc2.count) > 20 or (sc2.count - sc.count) > 20"
    having = base.format(other="counts2") + f"having {condition} order by window desc"
    yield "without the legacy setting", ctx.error(lambda: spark.sql(having))
    spark.conf.set("spark.sql.legacy.parser.havingWithoutGroupByAsWhere", "true")
    yield "lesson", ctx.ordered(spark.sql(having + ", action1"))
    yield "first window", spark.sql(having).select("window.start").first()
    yield "same view twice", spark.sql(base.format(other="counts") + f"and ({condition})")
    yield (
        "time with an offset",
        spark.sql("select action from counts where window.start > '1970-01-01 00:01:00.000+0000'"),
    )
