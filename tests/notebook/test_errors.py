"""What a failed or interrupted cell shows."""

from __future__ import annotations

from .kernels import Kernel

# Says so once the main thread is inside the wait: an interrupt before it would be another's.
WHEN_WAITING = """
import sys, threading, time
def watch(main=threading.main_thread().ident):
    def names(frame):
        while frame is not None:
            yield frame.f_code.co_name
            frame = frame.f_back
    while "{call}" not in names(sys._current_frames()[main]):
        time.sleep(0.01)
    print("waiting", flush=True)
threading.Thread(target=watch).start()
"""
START = """
def start(name):
    stream = spark.readStream.format("rate").load()
    return stream.writeStream.format("memory").queryName(name).start()
"""


def interrupted(kernel: Kernel, call: str, statement: str) -> str:
    cell = WHEN_WAITING.format(call=call) + statement

    def stop_button(text: str) -> None:
        if "waiting" in text:
            kernel.interrupt()

    shown = kernel.run(cell, told=stop_button)
    assert shown.error is not None
    assert shown.error[0] == "KeyboardInterrupt"
    return shown.trace


def test_an_error_shows_the_users_line_and_nothing_beneath(kernel: Kernel) -> None:
    shown = kernel.run("frame = spark.range(1)\nframe.select('nope')")
    assert shown.error is not None
    assert shown.error[0] == "AnalysisException"
    lines = shown.trace.splitlines()
    assert lines[0].startswith("AnalysisException: [UNRESOLVED_COLUMN.WITH_SUGGESTION]")
    assert any(line.endswith("line 2: frame.select('nope')") for line in lines)
    assert "%caudal_trace" in lines[-1]
    assert "python/caudal" not in shown.trace


def test_the_whole_trace_is_there_on_request(kernel: Kernel) -> None:
    kernel.run("spark.range(1).select('nope')")
    whole = kernel.run("%caudal_trace").stdout
    assert "caudal/sql/" in whole
    assert "UNRESOLVED_COLUMN" in whole
    kernel.run("%caudal_trace on")
    assert "caudal/sql/" in kernel.run("spark.range(1).select('nope')").trace
    kernel.run("%caudal_trace off")
    assert "caudal/sql/" not in kernel.run("spark.range(1).select('nope')").trace


def test_a_users_function_shows_its_own_line(kernel: Kernel) -> None:
    kernel.run("from pyspark.sql.functions import udf")
    shown = kernel.run(
        "def inverse(x):\n    return 1 / x\n"
        "spark.range(1).select(udf(inverse, 'double')('id')).collect()"
    )
    assert "Caused by ZeroDivisionError: division by zero" in shown.trace
    assert "line 2: return 1 / x" in shown.trace
    assert "caudal/" not in shown.trace


def test_errors_that_are_not_ours_are_ipythons(kernel: Kernel) -> None:
    shown = kernel.run("1 / 0")
    assert "Traceback (most recent call last)" in shown.trace
    assert "%caudal_trace" not in shown.trace
    interrupted_sleep = kernel.run(
        "import time\nprint('now', flush=True)\ntime.sleep(30)",
        told=lambda text: kernel.interrupt() if "now" in text else None,
    )
    assert "Interrupted the wait" not in interrupted_sleep.trace


def test_an_interrupted_wait_leaves_the_query_and_says_how_to_stop_it(kernel: Kernel) -> None:
    kernel.run(START)
    trace = interrupted(kernel, "awaitTermination", "named = start('a')\nnamed.awaitTermination()")
    assert "the query 'a' goes on. To stop it: named.stop()" in trace
    assert kernel.value("named.isActive") is True
    trace = interrupted(
        kernel, "awaitTermination", "def wait(inner):\n    inner.awaitTermination()\nwait(named)"
    )
    assert "To stop it: inner.stop()" not in trace
    assert "To stop it: named.stop()" in trace
    kernel.run("named.stop()")


def test_an_interrupted_wait_for_any_names_them_all(kernel: Kernel) -> None:
    kernel.run(START + "spark.streams.resetTerminated()\nfirst = start('b')\nstart('c')")
    trace = interrupted(kernel, "awaitAnyTermination", "spark.streams.awaitAnyTermination()")
    assert "the query 'b' goes on. To stop it: first.stop()" in trace
    identity = kernel.value("[q.id for q in spark.streams.active if q.name == 'c'][0]")
    assert f"the query 'c' goes on. To stop it: spark.streams.get(\"{identity}\").stop()" in trace
    kernel.run("for query in spark.streams.active:\n    query.stop()")
