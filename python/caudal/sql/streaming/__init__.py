"""Streams: reading, writing, and the queries that run."""

from caudal.errors import StreamingQueryException
from caudal.sql.streaming.listener import StreamingQueryListener
from caudal.sql.streaming.query import StreamingQuery, StreamingQueryManager
from caudal.sql.streaming.readwriter import DataStreamReader, DataStreamWriter
from caudal.sql.streaming.stateful_processor import StatefulProcessor, StatefulProcessorHandle
from caudal.sql.streaming.tws_tester import TwsTester

__all__ = [
    "DataStreamReader",
    "DataStreamWriter",
    "StatefulProcessor",
    "StatefulProcessorHandle",
    "StreamingQuery",
    "StreamingQueryException",
    "StreamingQueryListener",
    "StreamingQueryManager",
    "TwsTester",
]
