"""How does a limit of a stream count over batches and over restarts, and what is its state?"""

SCHEMA = "v INT"
STEPS = [{"a": [{"v": 1}]}, {"a": [{"v": 2}]}, {"a": [{"v": 3}]}, {"a": [{"v": 4}]}]


def run(spark, ctx):
    def limited(source):
        return source("a", SCHEMA).limit(2)

    def counted(source):
        return source("a", SCHEMA).limit(2).groupBy("v").count()

    yield from ctx.steps("append", limited, "append", STEPS)
    yield from ctx.steps("restarted", limited, "append", STEPS, restart_each_step=True)
    yield from ctx.steps("limit, then count in complete", counted, "complete", STEPS)
