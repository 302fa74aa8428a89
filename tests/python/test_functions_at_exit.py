"""Programs that end while functions of the user's still run, or wait: the process ends as
the program says, with nothing on its error output and no crash.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PROGRAMS = {
    "a map that never ends": """
        def endless(frames):
            for _ in frames:
                pass
            while True:
                yield pd.DataFrame({"id": [1] * 1000})

        rows = spark.range(3).mapInPandas(endless, "id long").limit(1).collect()
        assert len(rows) == 1
    """,
    "a map that computes": """
        import threading
        begun = threading.Event()

        def busy(frames):
            for frame in frames:
                begun.set()
                while True:
                    sum(range(1000))
            yield frame

        def collected():
            with contextlib.suppress(Exception):  # it is told to stop, and says so
                spark.range(30000).mapInPandas(busy, "id long").collect()

        threading.Thread(target=collected, daemon=True).start()
        assert begun.wait(60)
    """,
    "a stream with a slow function": """
        import threading
        begun = threading.Event()

        @udf("long")
        def slow(x):
            begun.set()
            while True:
                sum(range(1000))

        stream = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 5).load()
        stream.select(slow("value")).writeStream.format("noop").start()
        assert begun.wait(60)
    """,
    "a stream with foreachBatch": """
        import threading
        begun = threading.Event()

        def batch(frame, number):
            begun.set()
            while frame.count() >= 0:
                pass

        stream = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 5).load()
        stream.writeStream.foreachBatch(batch).start()
        assert begun.wait(60)
    """,
    "a stream to the console": """
        stream = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 5).load()
        query = stream.writeStream.format("console").start()
        while query.lastProgress is None:
            pass
    """,
}


def run(body: str) -> subprocess.CompletedProcess[str]:
    head = """
        import contextlib
        import sys

        import pandas as pd
        from caudal.sql import SparkSession
        from caudal.sql.functions import udf

        spark = SparkSession.builder.getOrCreate()
    """
    code = textwrap.dedent(head) + textwrap.dedent(body) + "sys.exit(3)\n"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("body", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_the_program_ends_as_it_says(body: str) -> None:
    done = run(body)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "fatal" not in done.stderr.lower()


def test_a_map_that_is_given_up_sees_no_end(tmp_path: Path) -> None:
    mark = tmp_path / "end"
    done = run(f"""
        def saved(frames):
            for frame in frames:
                yield frame
            open({str(mark)!r}, "w").close()

        rows = spark.range(100000).mapInPandas(saved, "id long").limit(1).collect()
        assert len(rows) == 1
        import time
        time.sleep(0.3)  # the function may do wrong meanwhile; no result waits for it
    """)
    assert done.returncode == 3, done.stderr
    assert not mark.exists()
    whole = run(f"""
        def saved(frames):
            for frame in frames:
                yield frame
            open({str(mark)!r}, "w").close()

        spark.range(100000).mapInPandas(saved, "id long").collect()
    """)
    assert whole.returncode == 3, whole.stderr
    assert mark.exists()
