"""Streams: reading, writing, and the queries that run."""

from caudal._names import not_yet
from caudal.errors import StreamingQueryException
from caudal.sql.streaming.listener import StreamingQueryListener
from caudal.sql.streaming.query import StreamingQuery, StreamingQueryManager
from caudal.sql.streaming.readwriter import DataStreamReader, DataStreamWriter
from caudal.sql.streaming.stateful_processor import StatefulProcessor, StatefulProcessorHandle

__all__ = [
    "DataStreamReader",
    "DataStreamWriter",
    "StatefulProcessor",
    "StatefulProcessorHandle",
    "StreamingQuery",
    "StreamingQueryException",
    "StreamingQueryListener",
    "StreamingQueryManager",
]

__getattr__ = not_yet("caudal.sql.streaming", ("TwsTester",))
