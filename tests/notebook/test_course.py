"""The five documents of the course, cell by cell in the kernel, with the results they print."""

from __future__ import annotations

import json
import re
import shutil
import socketserver
import statistics
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caudal import datasets

from .documents import code_cells, printed_rows
from .kernels import Kernel
from .lessons import CHANGES, EVENTS, Lesson, changed

DOCUMENTS = ("events_es", "lab5_fr", "lab_uoc_es", "chapter21_pt", "streaming_i_es")
AT_MOST = 40
SETTING = "spark.caudal.fs.mounts"
# What the document's author got from rows in an order that the text does not ask for.
NOT_FIXED = "1 test failed. Incorrect averaging"
ALARMS = """select window from static_counts group by window having abs(
    sum(if(action = 'Open', count, -count))) > 20 and count(*) = 2"""
# The query's trigger is a minute: all that is there goes through the first of them.
FIRST_BATCH = """
import time
while not any(batch["numInputRows"] for batch in facturaWriterQuery.recentProgress):
    time.sleep(0.02)
"""
WORDS = ("Spark Streaming en el Severo Ochoa", "El Severo Ochoa está en Elche")


@pytest.fixture
def lab(tmp_path: Path, course_data: Path) -> Iterator[Kernel]:
    """A kernel of the test's own, with the course's events where the documents have them."""
    kernel = Kernel("caudal", tmp_path)
    mount = f"dbfs:{EVENTS.rstrip('/')}={course_data / 'events'}"
    kernel.run(f"spark.conf.set({SETTING!r}, {mount!r})")
    yield kernel
    kernel.stop()


@pytest.fixture
def lines() -> Iterator[str]:
    """The port of a server that gives whoever connects the document's two lines, as netcat."""

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in WORDS:
                self.wfile.write(f"{line}\n".encode())
            ended.wait()

    ended = threading.Event()
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield str(server.server_address[1])
        ended.set()
        server.shutdown()
        thread.join()


def published(data: Path) -> list[list[Any]]:
    text = (data / "events_hourly_counts.json").read_text(encoding="utf-8")
    rows: list[list[Any]] = json.loads(text)["rows"]
    return rows


def rows_of(kernel: Kernel, frame: str) -> list[list[Any]]:
    found: list[list[Any]] = kernel.value(f"[list(row) for row in {frame}.collect()]")
    return found


def test_the_changes_are_few_and_each_has_its_reason(course_documents: Path) -> None:
    values = {"port": "1", "kafka": "2"}
    counts = {
        name: changed(name, code_cells(course_documents / f"{name}.txt"), values)[1]
        for name in DOCUMENTS
    }
    assert sum(counts.values()) <= AT_MOST, counts
    assert counts["events_es"] == counts["lab5_fr"] == 0
    assert all(change["reason"] for change in CHANGES)


def test_events_es(lab: Kernel, course_data: Path, course_documents: Path, tmp_path: Path) -> None:
    document = course_documents / "events_es.txt"
    lesson = Lesson(lab, document, tmp_path)
    assert len(lesson.cells) == 11
    lesson.to(1)
    listed = lab.value(f"[file[:2] for file in dbutils.fs.ls('{EVENTS}')]")
    printed = printed_rows(document, 0)
    assert printed[0] == ["path", "name", "size"]
    assert [list(row) for row in listed[:10]] == [row[:2] for row in printed[1:]]
    assert lesson.to(2).stdout.startswith('{"time":')
    lesson.to(3)
    assert lab.value("staticInputDF.count()") == 100_000
    lesson.to(5)
    columns = lab.value("_sqldf.columns")
    batch = rows_of(lab, "_sqldf")
    assert batch == published(course_data)
    as_printed = [columns, *([str(value) for value in row] for row in batch[:10])]
    assert as_printed == printed_rows(document, 4)
    assert lesson.to(7).result == "True"
    lesson.to(9)
    lab.run("query.processAllAvailable()")
    lesson.to_end()
    assert rows_of(lab, "_sqldf") == published(course_data)


def test_lab5_fr(lab: Kernel, course_data: Path, course_documents: Path, tmp_path: Path) -> None:
    lab.run("from time import sleep")  # the answers of students use it
    lesson = Lesson(lab, course_documents / "lab5_fr.txt", tmp_path)
    assert len(lesson.cells) == 14
    lesson.to(5)
    assert sorted(rows_of(lab, "totals")) == [["Close", 50_000], ["Open", 50_000]]
    assert lesson.to(8).result == "True"
    lesson.to(9)
    lab.run("query.processAllAvailable()")
    lesson.to(13)
    counts = [row[2] for row in published(course_data)]
    assert [row[2] for row in rows_of(lab, "df_result")] == counts
    assert [row[2] for row in rows_of(lab, "timeline")] == counts
    lesson.to_end()
    assert lab.value("SparkSession.getActiveSession() is None")


def test_lab_uoc_es(lab: Kernel, course_documents: Path, tmp_path: Path) -> None:
    lesson = Lesson(lab, course_documents / "lab_uoc_es.txt", tmp_path)
    assert len(lesson.cells) == 22
    # The largest and the smallest count of an hour, the total of a type, a minute's count and the
    # number of minutes, the number of hours.
    passed = [lesson.to(number).stdout for number in (6, 8, 10, 12)]
    assert passed[:3] == ["1 test passed.\n" * 2, "1 test passed.\n", "1 test passed.\n" * 2]
    assert passed[3].splitlines() == [NOT_FIXED, NOT_FIXED, "1 test passed."]
    lesson.to(16)
    for query in ("query", "query2"):
        lab.run(f"{query}.processAllAvailable()")
    lesson.to(18)
    assert lab.value("_sqldf.first()[0]") == 6_122
    alarms = lesson.to(19).stdout
    # Two rows for each such minute. (The document has three; the data is a reconstruction.)
    lab.run(f"minutes = spark.sql({ALARMS!r})")
    assert f"Iteración 0: {2 * lab.value('minutes.count()')} nuevos registros" in alarms
    lesson.to(20)
    # The document's own slip: the cell names an alias that its query does not have.
    lesson.to(21, fails="UNRESOLVED_COLUMN.WITH_SUGGESTION")
    shown = re.search(r"\|\s*varianza\|\n\+-+\+\n\|\s*([0-9.]+)\|", lesson.to_end().stdout)
    assert shown is not None
    counts = lab.value("[row[0] for row in spark.sql('select count from counts').collect()]")
    assert float(shown[1]) == pytest.approx(statistics.variance(counts))


def test_chapter21_pt(lab: Kernel, course_documents: Path, tmp_path: Path, lines: str) -> None:
    datasets.activity(tmp_path / "activity-data", files=4, rows_per_file=150)
    lesson = Lesson(lab, course_documents / "chapter21_pt.txt", tmp_path, {"port": lines})
    last = len(lesson.cells)
    lesson.to(last - 1)
    assert lab.value("static.count()") == 600
    for query in ("activityQuery", "simpleTransform", "deviceModelStats"):
        lab.run(f"{query}.processAllAvailable()")
    assert lab.value(
        "spark.table('activity_counts').orderBy('gt').collect()"
        " == static.groupBy('gt').count().orderBy('gt').collect()"
    )
    assert lab.value(
        "spark.table('simple_transform').count() == static.where(\"gt like '%stairs%'\").count()"
    )
    lab.run("for query in spark.streams.active:\n    query.processAllAvailable()")
    assert WORDS[0][:17] in lesson.to_end().stdout


def schema_in(cell: str) -> str:
    """The schema that a cell shows as its output, in comments."""
    found = re.findall(r"^# ( ?\|.*|root)$", cell, re.MULTILINE)
    return "\n".join(found)


def console_tables(text: str) -> list[set[tuple[str, ...]]]:
    """The tables of a text, each as its rows."""
    tables = re.findall(r"^\+-.*\n\|.*\n\+-.*\n((?:\|.*\n)*)\+-", text, re.MULTILINE)
    return [
        {tuple(cell.strip() for cell in row.strip("|").split("|")) for row in table.splitlines()}
        for table in tables
    ]


def test_streaming_i_es(
    lab: Kernel,
    bootstrap: str,
    course_data: Path,
    course_documents: Path,
    tmp_path: Path,
    lines: str,
) -> None:
    from ..kafka.topics import Kafka

    document = course_documents / "streaming_i_es.txt"
    invoices = course_data / "invoices"
    shutil.copytree(invoices, tmp_path / "entrada", ignore=shutil.ignore_patterns("*afka*"))
    values = {"port": lines, "kafka": bootstrap}
    lesson = Lesson(lab, document, tmp_path, values)
    lab.run("spark.sql('create table clientes as select 1 as a')")
    said = lesson.to(1, until="Elche").stdout
    tables = console_tables(
        "".join(line.strip() + "\n" for line in document.read_text(encoding="utf-8").splitlines())
    )
    assert console_tables(said)[-1] == tables[0]
    lesson.to(17)
    lab.run("for query in spark.streams.active:\n    query.stop()")
    for number in (18, 19):
        cell = code_cells(document)[number - 1]
        assert lesson.to(number).stdout.strip() == schema_in(cell).strip(), number
    lesson.to(22)
    lab.run(FIRST_BATCH)
    total = lab.value("spark.read.json('salida').count()")
    assert total == lab.value(
        "spark.read.json('entrada').selectExpr('inline(InvoiceLineItems)').count()"
    )
    assert lesson.to(24).stdout.startswith("== Physical Plan ==")
    lesson.to(25)
    kafka = Kafka(bootstrap)
    for topic in ("facturas", "notificaciones"):
        kafka.make_topic(topic)
    records = (invoices / "facturasKafka.json").read_text(encoding="utf-8").splitlines()
    kafka.produce("facturas", records)
    lesson.to(26)
    for number in (27, 29):
        cell = code_cells(document)[number - 1]
        assert lesson.to(number).stdout.strip() == schema_in(cell).strip(), number
    lesson.to(31)
    lab.run(FIRST_BATCH)
    items = sum(len(json.loads(record)["InvoiceLineItems"]) for record in records)
    assert lab.value("spark.read.json('salida').count()") == items
    lesson.to(35)
    lab.run("notificacionWriterQuery.processAllAvailable()")
    points = [
        json.loads(r.value or b"{}")["EarnedLoyaltyPoints"] for r in kafka.consume("notificaciones")
    ]
    assert sorted(points) == sorted(json.loads(r)["TotalAmount"] * 0.2 for r in records)
    # Queries that ended before would end the wait for any at once.
    lab.run("spark.streams.resetTerminated()")
    lesson.to_end()
