"""For tests of programs: streams that a test feeds, a clock that it moves, scripts of streaming
tests, and assertions for frames and schemas.

``docs/testing.md`` shows how they go together; the fixtures for pytest are in
`caudal.pytest_plugin`.
"""

from caudal.testing._actions import (
    AddData,
    AdvanceManualClock,
    AssertOnQuery,
    CheckAnswer,
    CheckLastBatch,
    CheckNewAnswer,
    ExpectFailure,
    ProcessAllAvailable,
    StartStream,
    StopStream,
)
from caudal.testing._clock import ManualClock, session, use_clock
from caudal.testing._frames import assertDataFrameEqual
from caudal.testing._kafka_broker import KafkaBroker
from caudal.testing._memory_stream import MemoryStream
from caudal.testing._schemas import assertSchemaEqual
from caudal.testing._stream_test import StreamTest, StreamTestFailure, check_stream
from caudal.testing.unittestutils import main

__all__ = [
    "AddData",
    "AdvanceManualClock",
    "AssertOnQuery",
    "CheckAnswer",
    "CheckLastBatch",
    "CheckNewAnswer",
    "ExpectFailure",
    "KafkaBroker",
    "ManualClock",
    "MemoryStream",
    "ProcessAllAvailable",
    "StartStream",
    "StopStream",
    "StreamTest",
    "StreamTestFailure",
    "assertDataFrameEqual",
    "assertSchemaEqual",
    "check_stream",
    "main",
    "session",
    "use_clock",
]
