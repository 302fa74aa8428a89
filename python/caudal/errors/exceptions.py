"""`pyspark.errors.exceptions`: the same classes under their older address."""

from caudal.errors import *  # noqa: F403
from caudal.errors import __all__ as __all__
