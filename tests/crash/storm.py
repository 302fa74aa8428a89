"""Runs a program, kills it again and again, and lets it finish in the end.

Knows how to start, kill and wait; knows nothing of what the program computes.
"""

import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / "consume.py"
SECONDS_FOR_ONE_RUN = 300 if os.environ.get("CAUDAL_ORACLE_IMPL") == "pyspark" else 60


def command(arguments: Sequence[str], program: Path = PROGRAM) -> list[str]:
    if os.environ.get("CAUDAL_ORACLE_IMPL", "caudal") == "pyspark":
        return [sys.executable, str(program), *arguments]
    return [str(Path(sys.executable).with_name("caudal")), "run", str(program), *arguments]


class Run:
    """One life of the program."""

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        fault: str | None = None,
        program: Path = PROGRAM,
    ) -> None:
        self._errors = (folder / "stderr.txt").open("ab")
        self._lines: queue.Queue[str] = queue.Queue()
        environment = os.environ | ({} if fault is None else {"CAUDAL_FAULT": fault})
        self._process = subprocess.Popen(
            command(arguments, program),
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.strip())
        self._lines.put("end of output")

    def wait_for(self, word: str, seconds: float = SECONDS_FOR_ONE_RUN) -> bool:
        """True once the program has said `word`; False if it has not within `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                said = self._lines.get(timeout=left)
            except queue.Empty:
                return False
            if said == word:
                return True
            if said == "end of output":
                code = self._process.wait()
                raise AssertionError(f"ended with {code} before it said {word!r}: {self.errors()}")
        return False

    def errors(self) -> str:
        return Path(self._errors.name).read_text(encoding="utf-8", errors="replace")[-4000:]

    def kill(self) -> None:
        """SIGKILL: the program learns nothing of it."""
        self._process.kill()
        self._process.wait()
        self._errors.close()

    def died_of_itself(self) -> bool:
        """Waits for the end; whether the program aborted, as at a fault point."""
        code = self._process.wait(timeout=SECONDS_FOR_ONE_RUN)
        self._errors.close()
        assert code in (0, -signal.SIGABRT), f"ended with {code}: {self.errors()}"
        return code != 0

    def finish(self) -> list[str]:
        """Waits for the end, which must be a good one; what it has said since the last wait."""
        assert self._process.wait(timeout=SECONDS_FOR_ONE_RUN) == 0, self.errors()
        self._errors.close()
        self._reader.join()
        return [self._lines.get() for _ in range(self._lines.qsize())]


@dataclass
class Storm:
    """A seeded sequence of kills; the same seed draws the same moments."""

    arguments: Sequence[str]
    folder: Path
    seed: int
    kills: int = 0
    delays: list[float] = field(default_factory=list)
    program: Path = PROGRAM

    def run(self, fault: str | None = None) -> Run:
        return Run(self.arguments, self.folder, fault, self.program)

    def rage(self, most_kills: int, longest: float, during_start: bool = False) -> bool:
        """Starts and kills until the program gets done or was killed `most_kills` times.

        A run lives at most `longest` seconds: after it said ``started``, or, with
        `during_start`, at any moment from the start of the process on. The limit grows
        from kill to kill, so that a slow machine makes progress too. True if the program
        got done.
        """
        chance = random.Random(self.seed)
        for _ in range(most_kills):
            run = self.run()
            if not during_start:
                assert run.wait_for("started"), f"did not start: {run.errors()}"
            delay = chance.uniform(0, longest)
            self.delays.append(round(delay, 4))
            if run.wait_for("done", delay):
                run.finish()
                return True
            run.kill()
            self.kills += 1
            longest *= 1.03
        return False

    def kill_at(self, point: str, batch: int | str, passes: int = 1) -> bool:
        """One run that dies at a fault point; False if it got done without coming there."""
        run = self.run(f"{point}:{batch}:kill:{passes}")
        died = run.died_of_itself()
        self.kills += died
        return died

    def fail_at(self, point: str, batch: int | str, passes: int = 1) -> str:
        """One run in which a step fails and which goes on by itself; what it said of it."""
        run = self.run(f"{point}:{batch}:fail:{passes}")
        said = run.finish()
        return "".join(line for line in said if line.startswith("failed"))

    def let_finish(self) -> float:
        """One run that nobody kills; the seconds from ``started`` to ``done``."""
        run = self.run()
        assert run.wait_for("started"), f"did not start: {run.errors()}"
        since = time.monotonic()
        assert run.wait_for("done"), f"not done in time: {run.errors()}"
        run.finish()
        return time.monotonic() - since
