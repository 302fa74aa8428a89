"""Which texts does withWatermark take as a delay, and what of them ends up in the schema?"""

DELAYS = (
    "10 seconds",
    "10 second",
    "1 minute 30 seconds",
    "1 minute 30 seconds 5 milliseconds",
    "interval 10 seconds",
    "INTERVAL 10 SECONDS",
    "interval '10' second",
    "interval '1:30' minute to second",
    " 10  seconds ",
    "10\tseconds",
    "+10 seconds",
    "0 seconds",
    "1.5 seconds",
    "0.0005 seconds",
    "500 milliseconds",
    "100 microseconds",
    "1999 microseconds",
    "1 day",
    "2 weeks",
    "1 month",
    "1 year",
    "1 year 2 months 3 days",
    "1 hour -30 minutes",
    "-5 seconds",
    "-1 microsecond",
    "1 minute -2 minutes",
    "1 month -31 days",
    "1 month -32 days",
    "",
    " ",
    "10",
    "seconds",
    "10s",
    "10 sec",
    "10 secs",
    "10 min",
    "10 ms",
    "10 nanoseconds",
    "1 quarter",
    "PT10S",
    "abc",
    "ten seconds",
    "10 seconds ago",
    "10 seconds, 5 milliseconds",
    "1.5 minutes",
    "9223372036854775807 seconds",
    "300000 years",
)


def run(spark, ctx):
    stream = spark.readStream.format("rate").load()
    for text in DELAYS:

        def marked(text=text):
            return stream.withWatermark("timestamp", text).schema["timestamp"].metadata

        yield repr(text), ctx.outcome(marked)
