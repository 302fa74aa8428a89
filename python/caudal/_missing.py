"""The one place that says "not there yet".

Whatever PySpark has and this package has not raises the same error, which names it:
nothing is accepted and ignored.
"""

from __future__ import annotations

from typing import NoReturn

from caudal.errors import PySparkNotImplementedError


def not_implemented(feature: str) -> NoReturn:
    """Raises the error that names `feature`.

    Examples
    --------
    >>> try:
    ...     not_implemented("DataFrame.sample")
    ... except NotImplementedError as error:
    ...     print(error)
    [NOT_IMPLEMENTED] DataFrame.sample is not implemented.
    """
    raise PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED", messageParameters={"feature": feature}
    )
