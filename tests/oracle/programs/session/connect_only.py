"""Which members say that they are Spark Connect's?"""


def run(spark, ctx):
    calls = {
        "registerProgressHandler": lambda: spark.registerProgressHandler(print),
        "removeProgressHandler": lambda: spark.removeProgressHandler(print),
        "clearProgressHandlers": lambda: spark.clearProgressHandlers(),
        "copyFromLocalToFs": lambda: spark.copyFromLocalToFs("a", "b"),
        "client": lambda: spark.client,
    }
    for name, call in calls.items():
        yield name, ctx.error(call)
