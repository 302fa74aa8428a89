"""``caudal feed``: lines over TCP, typed or from a file."""

import socket
import subprocess
import sys

import pytest

from caudal.feed import Feeder


def reader(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    return connection, connection.makefile(encoding="utf-8")


def test_lines_wait_for_the_first_connection_and_reach_all():
    with Feeder(0) as feeder:
        feeder.send("before")
        one, lines_of_one = reader(feeder.port)
        assert lines_of_one.readline() == "before\n"
        two, lines_of_two = reader(feeder.port)
        # The second is known to the feeder once it has been accepted.
        while len(feeder._connections) < 2:
            feeder.wait_for_connection(0.01)
        feeder.send("ñandú")
        assert lines_of_one.readline() == lines_of_two.readline() == "ñandú\n"
        one.close()
        two.close()


def test_a_line_that_nobody_got_waits_for_who_comes_next():
    with Feeder(0) as feeder:
        gone, lines = reader(feeder.port)
        assert feeder.wait_for_connection(30)
        gone.shutdown(socket.SHUT_RDWR)
        lines.close()
        gone.close()
        feeder.send("kept")
        again, lines = reader(feeder.port)
        assert lines.readline() == "kept\n"
        again.close()


@pytest.fixture
def feed(request):
    started = []

    def start(*arguments, **kwargs):
        command = [sys.executable, "-m", "caudal.cli", "feed", "0", *arguments]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs
        )
        started.append(process)
        said = process.stderr.readline()
        return process, int(said.split(";")[0].rsplit(":", 1)[1])

    yield start
    for process in started:
        process.kill()
        process.wait(30)
        process.stdin.close()
        process.stderr.close()


def test_the_command_sends_what_is_typed(feed):
    process, port = feed()
    connection, lines = reader(port)
    process.stdin.write("hola mundo\n")
    process.stdin.flush()
    assert lines.readline() == "hola mundo\n"
    process.stdin.close()
    assert process.wait(30) == 0
    assert lines.readline() == ""
    connection.close()


def test_the_command_sends_a_file_at_a_rate_and_ends(feed, tmp_path):
    file = tmp_path / "words.txt"
    file.write_text("uno\ndos\r\ntres")
    process, port = feed("--file", str(file), "--rate", "200")
    connection, lines = reader(port)
    assert list(iter(lines.readline, "")) == ["uno\n", "dos\n", "tres\n"]
    assert process.wait(30) == 0
    connection.close()


def test_what_cannot_be_served_is_said(tmp_path, capsys):
    from caudal.cli import main

    taken = socket.create_server(("127.0.0.1", 0))
    port = str(taken.getsockname()[1])
    assert main(["feed", port]) == 1
    assert "in use" in capsys.readouterr().err
    taken.close()
    assert main(["feed", "0", "--file", str(tmp_path / "nosuch")]) == 1
    assert "nosuch" in capsys.readouterr().err
    assert main(["feed", "0", "--rate", "0"]) == 2
    assert main(["feed", "0", "--repeat"]) == 2
