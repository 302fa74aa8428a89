"""What `display(stream)` costs while a stream updates nine times a second: shares of a core.

A kernel runs the query alone, then shown as HTML and by a widget. No page is open: what a
browser does with the messages is the browser's.
"""

import importlib.util
import sys
from contextlib import contextmanager

from common import ROOT, heading, median, missing, row

RUNS = 3
SECONDS = 8
EVERY = 1 / 9
START = f"""
import threading, time
from caudal.notebook.display import display
from caudal.sql import SparkSession
from caudal.testing import MemoryStream
spark = SparkSession.builder.master("local[1]").getOrCreate()
stream = MemoryStream(spark, "second bigint, action string")
def feed():
    while True:
        second = int(time.time())
        stream.addData(*[(second, action) for action in ("Open", "Close", "Idle") * 7])
        time.sleep({EVERY})
threading.Thread(target=feed, daemon=True).start()
counts = stream.toDF().groupBy("second", "action").count()
"""
ALONE = """query = (counts.writeStream.format("memory").queryName("alone").outputMode("complete")
    .start())"""
SHOWN = """query = display(counts, chart="bar", streamName="shown", widget={widget}).query"""
MEASURE = f"""
time.sleep(2)
first, began, used = query.lastProgress["batchId"], time.perf_counter(), time.process_time()
time.sleep({SECONDS})
took = time.perf_counter() - began
print([(time.process_time() - used) / took, (query.lastProgress["batchId"] - first) / took])
query.stop()
"""


@contextmanager
def kernel():
    """A function that runs a cell: its printed text, and how many messages it brought."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import KernelManager

    manager = KernelManager()
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager._kernel_spec = KernelSpec(argv=argv, language="python", display_name="Python")
    manager.start_kernel(cwd=str(ROOT))
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=120)

    def run(code: str) -> str:
        printed: list[str] = []

        def take(message: dict) -> None:
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "stream":
                printed.append(content["text"])
            elif kind == "error":
                raise RuntimeError("\n".join(content["traceback"]))

        client.execute_interactive(code, timeout=300, output_hook=take)
        return "".join(printed)

    try:
        yield run
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def measure(begin: str) -> tuple[float, float]:
    """The share of a core, and batches a second, of a kernel that runs nothing else."""
    with kernel() as run:
        run(START)
        run(begin)
        share, batches = map(float, run(MEASURE).strip().splitlines()[-1].strip("[]").split(","))
    return share, batches


def percent(share: float) -> str:
    return f"{100 * share:.1f} % of a core"


def main() -> None:
    heading(f"live displays ({SECONDS} s each, median of {RUNS})")
    if importlib.util.find_spec("ipykernel") is None:
        missing("the kernel", "pip install 'caudal[notebook]'")
        return
    ways = [("the query alone", ALONE), ("as HTML", SHOWN.format(widget=False))]
    if importlib.util.find_spec("anywidget") is None:
        missing("the widget", "pip install anywidget")
    else:
        ways.append(("by a widget", SHOWN.format(widget=True)))
    shares: dict[str, float] = {}
    for name, begin in ways:
        runs = [measure(begin) for _ in range(RUNS)]
        shares[name] = median([share for share, _ in runs])
        batches = median([rate for _, rate in runs])
        spread = "-".join(f"{100 * pick(share for share, _ in runs):.1f}" for pick in (min, max))
        print(f"  {name}: {percent(shares[name])} ({spread}), {batches:.1f} batches a second")
    alone = shares.pop("the query alone")
    for name, share in shares.items():
        what = f"a live display {name}, 9 batches a second"
        row(what, percent(share), "the query without it", percent(alone), alone / share)


if __name__ == "__main__":
    main()
