"""What of times of day does Spark refuse until the type is switched on?"""


def run(spark, ctx):
    yield from ctx.expressions(
        [
            "TIME '12:34:56'",
            "CAST(TIME '12:34:56' AS string)",
            "CAST(TIME '12:34:56' AS int)",
            "typeof(current_time())",
            "TIME '12:34:56' < TIME '13:00:00'",
            "date_format(TIME '12:34:56', 'HH:mm')",
            "make_timestamp(DATE '2020-01-02', TIME '12:34:56')",
            "to_json(struct(TIME '12:34:56' AS t))",
            "from_json('{\"t\":\"12:34:56.5\"}', 't time')",
            "array(TIME '12:34:56')",
        ]
    )
    for text in (
        "CAST('12:00' AS time)",
        "TRY_CAST('12:00' AS time(3))",
        "CAST(NULL AS time)",
        "CAST(TIME '12:34:56' AS time(0))",
        "CAST(array('1:00') AS array<time>)",
        "make_time(1, 2, 3)",
        "to_time('12:00')",
        "try_to_time('12:00')",
        "hour(TIME '12:34:56')",
        "extract(second FROM TIME '12:34:56')",
        "time_diff('HOUR', TIME '12:34:56', TIME '12:34:56')",
        "time_trunc('HOUR', TIME '12:34:56')",
        "time_from_seconds(1)",
        "time_to_micros(TIME '12:34:56')",
        "TIME '12:34:56' + INTERVAL '1' HOUR",
        "TIME '12:34:56' - TIME '12:34:56'",
        "TIME '12:34:56' = '12:00'",
        "coalesce(TIME '12:34:56', '12:00')",
    ):
        yield text, ctx.error(lambda text=text: spark.sql(f"SELECT {text}"))
    yield "frame", ctx.outcome(lambda: str(spark.createDataFrame([], "t time").schema))
