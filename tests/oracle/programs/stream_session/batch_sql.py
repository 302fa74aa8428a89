"""How is session_window written in SQL, and which columns does it give?"""

QUERIES = [
    "SELECT session_window, count(*) FROM rows GROUP BY session_window(t, '5 seconds')",
    "SELECT session_window.start, session_window.end, k, count(*) AS n FROM rows GROUP BY session_window(t, '5 seconds'), k",
    "SELECT session_window(t, '5 seconds'), count(*) FROM rows GROUP BY session_window(t, '5 seconds')",
    "SELECT session_window(t, '5 seconds') AS s, count(*) AS n FROM rows GROUP BY 1",
    "SELECT session_window(t, '5 seconds') AS s, count(*) AS n FROM rows GROUP BY s",
    "SELECT k, session_window.start AS begin, sum(v) FROM rows GROUP BY k, session_window(t, INTERVAL 5 SECONDS) HAVING sum(v) > 2",
    "SELECT session_window.*, count(*) AS n FROM rows GROUP BY session_window(t, '5 seconds')",
    "SELECT session_window, count(*) AS n FROM rows GROUP BY session_window(t, CASE WHEN k = 'a' THEN '1 second' ELSE '1 minute' END)",
    "SELECT session_window, count(*) AS n FROM rows GROUP BY session_window(time => t, gap_duration => '5 seconds')",
    "SELECT session_window(t, '5 seconds') FROM rows",
    "SELECT session_window(t) FROM rows",
    "SELECT count(*) FROM rows GROUP BY session_window(t, '5 seconds', '5 seconds')",
    "SELECT count(*) FROM rows GROUP BY session_window(t)",
    "SELECT count(*) FROM rows GROUP BY session_window(v, '5 seconds')",
    "SELECT count(*) FROM rows GROUP BY session_window(t, v)",
    "SELECT count(*) AS n FROM rows GROUP BY session_window(t, '5 seconds')",
    "SELECT count(*) AS n FROM rows GROUP BY session_window(t, '5 seconds'), window(t, '5 seconds')",
    "SELECT session_window(t, '5 seconds').start, count(*) AS n FROM rows GROUP BY session_window(t, '5 seconds')",
    "SELECT session_window(t, '6 seconds').start, count(*) AS n FROM rows GROUP BY session_window(t, '5 seconds')",
    "SELECT session_window, count(*) AS n FROM rows GROUP BY session_window(t, '5 seconds') ORDER BY session_window",
]


def run(spark, ctx):
    spark.sql(
        "SELECT timestamp(t) AS t, k, v FROM VALUES ('2024-01-01 00:00:00', 'a', 1), ('2024-01-01 00:00:04', 'a', 2), "
        "('2024-01-01 00:00:20', 'b', 3), (NULL, 'b', 4) AS data(t, k, v)"
    ).createOrReplaceTempView("rows")
    for query in QUERIES:
        yield (
            query,
            ctx.outcome(
                lambda query=query: [
                    spark.sql(query).schema.simpleString(),
                    sorted(str(r) for r in spark.sql(query).collect()),
                ]
            ),
        )
