"""SQL and DataFrames: everything in `pyspark.sql`."""

from caudal.sql.catalog import Catalog
from caudal.sql.column import Column
from caudal.sql.context import HiveContext, SQLContext
from caudal.sql.dataframe import DataFrame, DataFrameNaFunctions, DataFrameStatFunctions
from caudal.sql.group import GroupedData
from caudal.sql.merge import MergeIntoWriter
from caudal.sql.observation import Observation
from caudal.sql.pandas.group_ops import PandasCogroupedOps
from caudal.sql.readwriter import DataFrameReader, DataFrameWriter, DataFrameWriterV2
from caudal.sql.session import SparkSession
from caudal.sql.types import Geography, Geometry, Row, VariantVal
from caudal.sql.udf import UDFRegistration
from caudal.sql.udtf import UDTFRegistration
from caudal.sql.utils import is_remote
from caudal.sql.window import Window, WindowSpec

__all__ = [
    "SparkSession",
    "SQLContext",
    "HiveContext",
    "UDFRegistration",
    "UDTFRegistration",
    "DataFrame",
    "Column",
    "Catalog",
    "Observation",
    "Row",
    "DataFrameNaFunctions",
    "DataFrameStatFunctions",
    "VariantVal",
    "Geography",
    "Geometry",
    "Window",
    "WindowSpec",
    "GroupedData",
    "MergeIntoWriter",
    "DataFrameReader",
    "DataFrameWriter",
    "DataFrameWriterV2",
    "PandasCogroupedOps",
    "is_remote",
]
