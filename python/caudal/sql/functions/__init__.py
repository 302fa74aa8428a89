"""Functions of columns: everything in `pyspark.sql.functions`.

One file a family. Functions that the engine does not have yet are here too: they fail by name
when a frame uses them.

Examples
--------
>>> from caudal.sql import functions as F
>>> F.round(F.avg("amount"), 2).alias("mean")
Column<'round(avg(amount), 2) AS mean'>
"""

# ruff: noqa: F403

from caudal.sql.functions import (
    aggregates,
    arrays,
    collection,
    conditional,
    datetime,
    digests,
    formats,
    math,
    misc,
    normal,
    ordering,
    partitioning,
    python_udf,
    ranking,
    sketch,
    spatial,
    statistics,
    string,
    text,
    timestamp,
    tuple_sketch,
    variant,
    xml,
)
from caudal.sql.functions.aggregates import *
from caudal.sql.functions.aggregates import approxCountDistinct as approxCountDistinct
from caudal.sql.functions.aggregates import countDistinct as countDistinct
from caudal.sql.functions.aggregates import sumDistinct as sumDistinct
from caudal.sql.functions.arrays import *
from caudal.sql.functions.collection import *
from caudal.sql.functions.conditional import *
from caudal.sql.functions.datetime import *
from caudal.sql.functions.digests import *
from caudal.sql.functions.formats import *
from caudal.sql.functions.math import *
from caudal.sql.functions.math import bitwiseNOT as bitwiseNOT
from caudal.sql.functions.math import random as random
from caudal.sql.functions.math import shiftLeft as shiftLeft
from caudal.sql.functions.math import shiftRight as shiftRight
from caudal.sql.functions.math import shiftRightUnsigned as shiftRightUnsigned

# Names that `import *` leaves alone, as in PySpark: older ones, and those of Python itself.
from caudal.sql.functions.math import toDegrees as toDegrees
from caudal.sql.functions.math import toRadians as toRadians
from caudal.sql.functions.misc import *
from caudal.sql.functions.misc import uuid as uuid
from caudal.sql.functions.normal import *
from caudal.sql.functions.ordering import *
from caudal.sql.functions.partitioning import *
from caudal.sql.functions.python_udf import *
from caudal.sql.functions.ranking import *
from caudal.sql.functions.sketch import *
from caudal.sql.functions.spatial import *
from caudal.sql.functions.statistics import *
from caudal.sql.functions.string import *
from caudal.sql.functions.string import chr as chr
from caudal.sql.functions.text import *
from caudal.sql.functions.timestamp import *
from caudal.sql.functions.tuple_sketch import *
from caudal.sql.functions.variant import *
from caudal.sql.functions.xml import *

__all__ = [
    *aggregates.__all__,
    *arrays.__all__,
    *collection.__all__,
    *conditional.__all__,
    *datetime.__all__,
    *digests.__all__,
    *formats.__all__,
    *math.__all__,
    *misc.__all__,
    *normal.__all__,
    *ordering.__all__,
    *partitioning.__all__,
    *python_udf.__all__,
    *ranking.__all__,
    *sketch.__all__,
    *spatial.__all__,
    *statistics.__all__,
    *string.__all__,
    *text.__all__,
    *timestamp.__all__,
    *tuple_sketch.__all__,
    *variant.__all__,
    *xml.__all__,
]
