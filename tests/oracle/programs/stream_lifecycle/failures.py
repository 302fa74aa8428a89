"""What is seen of an error in foreachBatch: classes and conditions, also by a listener?"""

import threading

from pyspark.sql.streaming import StreamingQueryListener


class Ends(StreamingQueryListener):
    def __init__(self):
        self.seen = []
        self.ended = threading.Event()

    def onQueryStarted(self, event):
        pass

    def onQueryProgress(self, event):
        pass

    def onQueryTerminated(self, event):
        self.seen.append(event)
        self.ended.set()


def facts(call):
    """Class and condition of what is raised: its text holds a traceback."""
    try:
        call()
    except Exception as error:
        return [type(error).__name__, error.getCondition(), error.getSqlState()]
    return None


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"n":1}'])
    df = spark.readStream.schema("n int").json(ctx.path("in"))

    def broken(frame, batch):
        raise ValueError("not with me")

    ends = Ends()
    spark.streams.addListener(ends)
    query = df.writeStream.foreachBatch(broken).start()
    yield "processAllAvailable", facts(query.processAllAvailable)
    yield "awaitTermination", facts(lambda: query.awaitTermination(60))
    yield "awaitTermination without a limit", facts(query.awaitTermination)
    yield "awaitAnyTermination", facts(lambda: spark.streams.awaitAnyTermination(60))
    yield "awaitAnyTermination without a limit", facts(spark.streams.awaitAnyTermination)
    seen = query.exception()
    yield (
        "exception",
        [type(seen).__name__, seen.getCondition(), "not with me" in str(seen)],
    )
    ends.ended.wait(60)
    event = ends.seen[0]
    yield (
        "terminated",
        [event.errorClassOnException, "not with me" in event.exception, len(ends.seen)],
    )
    spark.streams.removeListener(ends)
    yield "status", [query.isActive, query.status["message"].split(":")[0]]
    yield "stop", [query.stop(), query.stop()]
    spark.streams.resetTerminated()

    def analysis(frame, batch):
        frame.select("nothing")

    query = df.writeStream.foreachBatch(analysis).start()
    yield "analysis error", facts(lambda: query.awaitTermination(60))
    spark.streams.resetTerminated()
