"""Caudal: PySpark programs, Structured Streaming above all, without a JVM.

The package has PySpark's tree: what a program imports from ``pyspark.X`` is in ``caudal.X``.
`activate` makes ``import pyspark`` itself lead here.

Examples
--------
>>> import caudal
>>> caudal.activate()
>>> from pyspark.sql import SparkSession
>>> SparkSession.__module__
'caudal.sql.session'
"""

from caudal._activate import activate
from caudal._names import not_yet
from caudal.conf import SparkConf
from caudal.context import SPARK_VERSION, SparkContext
from caudal.rdd import RDD
from caudal.sql import HiveContext, Row, SQLContext
from caudal.storagelevel import StorageLevel

__all__ = [
    "RDD",
    "HiveContext",
    "Row",
    "SQLContext",
    "SparkConf",
    "SparkContext",
    "StorageLevel",
    "activate",
]

# Programs compare ``pyspark.__version__``: this is the version whose answers are given.
__version__ = SPARK_VERSION

__getattr__ = not_yet(
    "caudal",
    (
        "Accumulator",
        "AccumulatorParam",
        "BarrierTaskContext",
        "BarrierTaskInfo",
        "BasicProfiler",
        "Broadcast",
        "CPickleSerializer",
        "InheritableThread",
        "MarshalSerializer",
        "Profiler",
        "RDDBarrier",
        "SparkFiles",
        "SparkJobInfo",
        "SparkStageInfo",
        "StatusTracker",
        "TaskContext",
        "inheritable_thread_target",
    ),
)
