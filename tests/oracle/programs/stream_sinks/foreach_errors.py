"""Which objects does foreach refuse at the call, and how does a failing one end the query?"""


class Broken:
    """Fails where it is told to, and writes down what is called."""

    def __init__(self, place, where):
        self.place = place
        self.where = where

    def note(self, text):
        with open(self.place, "a") as out:
            out.write(text + "\n")
        if text.startswith(self.where):
            raise ValueError(f"broken in {self.where}")

    def open(self, partition, epoch):
        self.note(f"open {epoch}")
        return True

    def process(self, row):
        self.note(f"process {row.k}")

    def close(self, error):
        self.note(f"close {type(error).__name__} {error}")


def run(spark, ctx):
    ctx.write_lines("in/0.json", ['{"k":"a","v":1}', '{"k":"b","v":2}'])
    rows = spark.readStream.schema("k string, v int").json(ctx.path("in"))
    stream = rows.writeStream

    class Nothing:
        pass

    class ProcessNotCallable:
        process = 5

    class OpenNotCallable:
        open = 5

        def process(self, row):
            pass

    class CloseNotCallable:
        close = 5

        def process(self, row):
            pass

    for kind in (Nothing, ProcessNotCallable, OpenNotCallable, CloseNotCallable):
        yield kind.__name__, ctx.error(lambda k=kind: stream.foreach(k()))
    yield "a number", ctx.error(lambda: stream.foreach(5))
    yield "None", ctx.error(lambda: stream.foreach(None))

    def failing(start):
        query = start().start()
        try:
            query.awaitTermination()
        except Exception as error:
            found = [type(error).__name__, error.getCondition()]
            failure = query.exception()
            text = str(failure)
            lines = [line.strip() for line in text.splitlines()]
            said = [word for word in ("ValueError: ", "FOREACH") for line in lines if word in line]
            return [*found, sorted(set(said)), query.isActive]
        return "no error"

    def fails(row):
        raise ValueError("broken function")

    yield "function", failing(lambda: rows.writeStream.foreach(fails))
    for where in ("open", "process b", "close"):
        place = ctx.path("calls-" + where.split()[0])
        yield where, failing(lambda p=place, w=where: rows.writeStream.foreach(Broken(p, w)))
        with open(place) as lines:
            yield f"{where}: calls", lines.read().splitlines()

    def fails_batch(df, batch):
        raise ValueError("broken batch")

    yield "foreachBatch", failing(lambda: rows.writeStream.foreachBatch(fails_batch))
