"""A batch that outlasts its ticks: when the next one runs, and who may not make it run early."""

import time

_TICK = 2.0


def run(spark, ctx):
    source = ctx.write_lines
    source("in/0.json", ['{"n":0}'])
    df = spark.readStream.schema("n int").json(ctx.path("in"))
    began = []

    def slow(frame, batch):
        began.append(time.time())
        if batch == 0:
            # Another file is there long before this batch is done.
            source("in/1.json", ['{"n":1}'])
            time.sleep(1.5 * _TICK)
        frame.collect()

    query = df.writeStream.foreachBatch(slow).trigger(processingTime="2 seconds").start()
    query.processAllAvailable()
    waited = time.time()
    query.processAllAvailable()
    waited = time.time() - waited
    query.stop()
    late = began[1] - began[0] - 1.5 * _TICK
    # The tick that was missed is made up for at once, though no tick is due.
    yield "batches", len(began)
    yield "right after the long one", late < 0.75 * _TICK
    # Nobody is served before the next tick.
    yield "waits for the tick", waited > 0.5 * _TICK
