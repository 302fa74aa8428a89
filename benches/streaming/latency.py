"""From a file's rename into the folder to its row in the memory table; and what waiting costs.

The query has the default trigger and a durable checkpoint. A file's row carries the time just
before its rename; who looks is in the same process and asks the table again and again. The idle
part is the processor time of the whole process while a query waits.
"""

import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common import heading, row

FILES, PAUSE, IDLE = 300, 0.02, 10.0


def used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def idle(query: object) -> float:
    """The share of one core that the process uses, nothing to do."""
    began, at = used(), time.perf_counter()
    time.sleep(IDLE)
    return (used() - began) / (time.perf_counter() - at)


def main() -> None:
    from caudal.sql import SparkSession

    heading("a file's way into the memory table, default trigger")
    spark = SparkSession.builder.master("local[2]").getOrCreate()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "in")
        folder.mkdir()
        stream = spark.readStream.schema("n int").json(str(folder))
        query = (
            stream.writeStream.format("memory")
            .queryName("arrived")
            .option("checkpointLocation", f"{scratch}/log")
            .start()
        )
        table, waits = spark.table("arrived"), []
        for number in range(FILES):
            hidden = Path(scratch, "hidden.json")
            hidden.write_text(f'{{"n":{number}}}\n')
            began = time.perf_counter()
            os.rename(hidden, folder / f"{number:05}.json")
            while table.count() <= number:
                time.sleep(0.0005)
            waits.append(time.perf_counter() - began)
            time.sleep(PAUSE)
        waits = [wait * 1000 for wait in waits[FILES // 10 :]]
        cuts = statistics.quantiles(waits, n=100)
        p50, p99 = statistics.median(waits), cuts[98]
        print(f"  p50 {p50:.1f} ms, p99 {p99:.1f} ms of {len(waits)} files")
        row("a file's rename to its row in the memory table", f"{p50:.1f} ms", "", "", None)
        share = idle(query)
        row("an idle query beside 300 files", f"{share:.2%} of a core", "", "", None)
        query.stop()


if __name__ == "__main__":
    main()
