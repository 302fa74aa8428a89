"""window() in SQL text: grouping, fields, sliding, aliases."""


def run(spark, ctx):
    spark.sql(
        "SELECT timestamp_seconds(s) AS time, a AS action FROM VALUES (0, 'o'), (10, 'c'), "
        "(3599, 'o'), (3600, 'o'), (7300, 'c') AS t(s, a)"
    ).createOrReplaceTempView("events")
    queries = {
        "group": "SELECT action, window, count(*) AS n FROM events GROUP BY action, window(time, '1 hour')",
        "call in both": "SELECT window(time, '1 hour') AS w, count(*) FROM events GROUP BY window(time, '1 hour')",
        "fields": "SELECT window.start, window.end, count(*) FROM events GROUP BY window(time, '1 hour')",
        "alias": "SELECT w.start AS s, n FROM (SELECT window(time, '1 hour') AS w, count(1) AS n "
        "FROM events GROUP BY window(time, '1 hour'))",
        "sliding": "SELECT window.start, count(*) AS n FROM events GROUP BY window(time, '1 hour', '30 minutes')",
        "start time": "SELECT window.start, count(*) AS n FROM events "
        "GROUP BY window(time, '1 hour', '1 hour', '10 minutes')",
        "interval words": "SELECT window(time, '90 minutes') FROM events",
    }
    for label, text in queries.items():
        yield label, spark.sql(text)
