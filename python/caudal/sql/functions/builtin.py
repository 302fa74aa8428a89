"""PySpark's home of its functions; here each family has a module, and this one has them all.

Programs that say ``pyspark.sql.functions.builtin.upper`` find the function of
:mod:`caudal.sql.functions` under that name.

Examples
--------
>>> from caudal.sql.functions import builtin, upper
>>> builtin.upper is upper
True
"""

# ruff: noqa: F403

from caudal.sql.functions import *
from caudal.sql.functions import __all__ as __all__
from caudal.sql.functions import approxCountDistinct as approxCountDistinct
from caudal.sql.functions import bitwiseNOT as bitwiseNOT
from caudal.sql.functions import chr as chr
from caudal.sql.functions import countDistinct as countDistinct
from caudal.sql.functions import random as random
from caudal.sql.functions import shiftLeft as shiftLeft
from caudal.sql.functions import shiftRight as shiftRight
from caudal.sql.functions import shiftRightUnsigned as shiftRightUnsigned
from caudal.sql.functions import sumDistinct as sumDistinct
from caudal.sql.functions import toDegrees as toDegrees
from caudal.sql.functions import toRadians as toRadians
from caudal.sql.functions import uuid as uuid
