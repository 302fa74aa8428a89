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

from importlib import import_module
from typing import TYPE_CHECKING, Any

from caudal._activate import activate
from caudal._names import not_yet
from caudal.conf import SparkConf
from caudal.context import SPARK_VERSION, SparkContext
from caudal.storagelevel import StorageLevel

if TYPE_CHECKING:
    from caudal.accumulators import Accumulator, AccumulatorParam
    from caudal.broadcast import Broadcast
    from caudal.rdd import RDD
    from caudal.sql import HiveContext, Row, SQLContext

__all__ = [
    "RDD",
    "Accumulator",
    "AccumulatorParam",
    "Broadcast",
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

# Read when they are asked for, so that `activate` and ``caudal doctor`` need no compiled core.
_LATER = {
    "Accumulator": "caudal.accumulators",
    "AccumulatorParam": "caudal.accumulators",
    "Broadcast": "caudal.broadcast",
    "RDD": "caudal.rdd",
    "HiveContext": "caudal.sql",
    "Row": "caudal.sql",
    "SQLContext": "caudal.sql",
    # ``%load_ext caudal``: IPython asks for these names.
    "load_ipython_extension": "caudal.notebook",
    "unload_ipython_extension": "caudal.notebook",
}

_not_yet = not_yet(
    "caudal",
    (
        "BarrierTaskContext",
        "BarrierTaskInfo",
        "BasicProfiler",
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


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    return _not_yet(name)
