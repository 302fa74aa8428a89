"""Data for lessons, tests and benchmarks, generated on this machine: nothing is downloaded."""

from caudal.datasets._activity import activity
from caudal.datasets._events import events
from caudal.datasets._invoices import invoices

__all__ = ["activity", "events", "invoices"]
