"""Streams: reading, writing, and the queries that run."""

from caudal._names import not_yet
from caudal.errors import StreamingQueryException
from caudal.sql.streaming.listener import StreamingQueryListener
from caudal.sql.streaming.query import StreamingQuery, StreamingQueryManager
from caudal.sql.streaming.readwriter import DataStreamReader, DataStreamWriter

__all__ = [
    "DataStreamReader",
    "DataStreamWriter",
    "StreamingQuery",
    "StreamingQueryException",
    "StreamingQueryListener",
    "StreamingQueryManager",
]

__getattr__ = not_yet(
    "caudal.sql.streaming", ("StatefulProcessor", "StatefulProcessorHandle", "TwsTester")
)
