"""Which calls does foreach make on a function and on an object, and when does it skip?"""


def run(spark, ctx):
    ctx.write_lines("in/0.json", ['{"k":"a","v":1}', '{"k":"b","v":2}'])
    ctx.write_lines("in/1.json", ['{"k":"c","v":3}'])
    rows = spark.readStream.schema("k string, v int").option("maxFilesPerTrigger", 1)
    rows = rows.json(ctx.path("in"))
    counter = iter(range(100))

    def calls(make):
        """Runs the sink; what it wrote down (in files: the workers are processes)."""
        place = ctx.path(f"calls-{next(counter)}")

        def note(text):
            with open(place, "a") as out:
                out.write(text + "\n")

        query = rows.writeStream.foreach(make(note)).trigger(availableNow=True).start()
        query.awaitTermination()
        with open(place) as lines:
            return lines.read().splitlines()

    def function(note):
        return lambda row: note(f"{type(row).__name__} {row.k} {row['v']} {row[0]}")

    def full(opens=True):
        def make(note):
            class Full:
                def open(self, partition, epoch):
                    note(f"open {partition} {epoch}")
                    return opens

                def process(self, row):
                    note(f"process {row.k}")

                def close(self, error):
                    note(f"close {error}")

            return Full()

        return make

    def only_process(note):
        class Only:
            def process(self, row):
                note(f"process {row.v}")

        return Only()

    def with_open(note):
        class Opened:
            def open(self, partition, epoch):
                note(f"open {partition} {epoch}")
                return True

            def process(self, row):
                note(f"process {row.v}")

        return Opened()

    def with_close(note):
        class Closed:
            def process(self, row):
                note(f"process {row.v}")

            def close(self, error):
                note(f"close {error}")

        return Closed()

    yield "function", calls(function)
    yield "object", calls(full())
    yield "open says no", calls(full(opens=False))
    yield "open says None", calls(full(opens=None))
    yield "open says 1", calls(full(opens=1))
    yield "process alone", calls(only_process)
    yield "open and process", calls(with_open)
    yield "process and close", calls(with_close)
