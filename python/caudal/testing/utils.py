"""`pyspark.testing.utils`: the same assertions under their longer address."""

from caudal.testing import assertDataFrameEqual, assertSchemaEqual

__all__ = ["assertDataFrameEqual", "assertSchemaEqual"]
