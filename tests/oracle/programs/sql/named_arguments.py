"""Which functions take arguments by name, and which refuse them?"""

EXPRESSIONS = [
    "mask('AbC-12')",
    "mask(str => 'AbC-12')",
    "mask('AbC-12', upperChar => 'Q')",
    "mask(str => 'AbC-12', lowerChar => 'q', digitChar => null)",
    "mask(lowerChar => 'q', str => 'AbC-12')",
    "mask('AbC-12', str => 'x')",
    "mask('AbC-12', nope => 'x')",
    "mask(lowerChar => 'q')",
    "mask(str => 'AbC-12', 'q')",
    "mask(str => 'a', str => 'b')",
    "substr('abc', pos => 2)",
    "upper(str => 'a')",
    "abs(expr => -1)",
    "encode(str => 'a', charset => 'utf-8')",
    "rand(seed => 1) < 1",
    "try_to_timestamp(expr => '2024')",
    "no_such_function(a => 1)",
    "split(str => 'a,b', regex => ',', limit => 1)",
    "lpad(str => 'a', len => 2, pad => 'x')",
    "count_min_sketch(id, epsilon => 0.5d, confidence => 0.5d, seed => 1) IS NULL",
    "window(ts, windowDuration => '1 hour').start",
    "window(timeColumn => ts, windowDuration => '1 hour')",
    "any_value(expr => 1)",
    "approx_count_distinct(expr => 1)",
]

QUERIES = [
    "SELECT session_window, count(*) n FROM r GROUP BY session_window(t, gap_duration => '5 seconds')",
    "SELECT session_window, count(*) n FROM r GROUP BY session_window(time => t, gap => '5 seconds')",
    "SELECT window, count(*) n FROM r GROUP BY window(time_column => t, window_duration => '5 seconds')",
    "SELECT window, count(*) n FROM r GROUP BY window(t, '5 seconds', slide_duration => '1 second')",
    "SELECT window, count(*) n FROM r GROUP BY window(t, window_duration => '5 seconds')",
    "SELECT explode(collection => array(1, 2)) e",
    "SELECT * FROM explode(collection => array(1, 2))",
    "SELECT * FROM range(start => 1, end => 3)",
    "SELECT * FROM range(end => 3)",
]


def run(spark, ctx):
    spark.sql(
        "SELECT timestamp'2024-01-01 00:00:00' AS t UNION ALL SELECT timestamp'2024-01-01 00:00:03'"
    ).createOrReplaceTempView("r")

    def rows(text):
        df = spark.sql(text)
        return [df.columns, sorted(map(str, df.collect()))]

    for text in EXPRESSIONS:
        query = f"SELECT {text} FROM (SELECT 1 AS id, timestamp'2024-01-01 00:30:00' AS ts)"
        yield text, ctx.outcome(lambda query=query: rows(query))
    for text in QUERIES:
        yield text, ctx.outcome(lambda text=text: rows(text))
