"""Assertions for tests of programs: frames and schemas that should be equal."""

from caudal.testing._frames import assertDataFrameEqual
from caudal.testing._schemas import assertSchemaEqual

__all__ = ["assertDataFrameEqual", "assertSchemaEqual"]
