"""How long is an interval of a trigger, and which texts are none?"""

TEXTS = [
    "soon",
    "5",
    "5 parsecs",
    "five seconds",
    "5 secondss",
    "1.5 minutes",
    "1.5 seconds",
    "5 seconds 3",
    "5 seconds and",
    "interval",
    "interval 5 seconds",
    "INTERVAL 1 day",
    "-",
    "- 1",
    "1 second 500 milliseconds",
    "1second",
    "1s",
    "5 seconds, 3 minutes",
    "+1 second",
    "1 week",
    "1.2.3 seconds",
    "99999999999999999999 seconds",
    "0 seconds",
    "5 ms",
    "2 years",
    "1 month",
]


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"n":1}'])
    writer = spark.readStream.schema("n int").json(ctx.path("in")).writeStream

    def trigger(text):
        writer.trigger(processingTime=text)
        return "taken"

    for text in TEXTS:
        yield text, ctx.outcome(lambda text=text: trigger(text))
