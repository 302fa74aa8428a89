"""Statistics of a group.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from collections.abc import Sequence

from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant, shares
from caudal.sql.functions.normal import lit

__all__ = [
    "approx_percentile",
    "corr",
    "covar_pop",
    "covar_samp",
    "histogram_numeric",
    "kurtosis",
    "median",
    "mode",
    "percentile",
    "percentile_approx",
    "product",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "skewness",
    "std",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "var_pop",
    "var_samp",
    "variance",
]


def approx_percentile(
    col: ColumnOrName,
    percentage: Column | float | Sequence[float] | tuple[float, ...],
    accuracy: Column | int = 10000,
) -> Column:
    """About the value below which a share of the values lies."""
    return call("approx_percentile", col, lit(shares(percentage)), lit(accuracy))


def corr(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The correlation by Pearson."""
    return call("corr", col1, col2)


def covar_pop(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The covariance of the population."""
    return call("covar_pop", col1, col2)


def covar_samp(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The covariance of the sample."""
    return call("covar_samp", col1, col2)


def histogram_numeric(col: ColumnOrName, nBins: Column) -> Column:
    """A histogram of about `nBins` bars."""
    return call("histogram_numeric", col, nBins)


def kurtosis(col: ColumnOrName) -> Column:
    """The kurtosis."""
    return call("kurtosis", col)


def median(col: ColumnOrName) -> Column:
    """The median."""
    return call("median", col)


def mode(col: ColumnOrName, deterministic: bool = False) -> Column:
    """The most frequent value."""
    return call("mode", col, constant(deterministic))


def percentile(
    col: ColumnOrName,
    percentage: Column | float | Sequence[float] | tuple[float, ...],
    frequency: Column | int = 1,
) -> Column:
    """The exact value below which a share of the values lies."""
    return call("percentile", col, lit(shares(percentage)), lit(frequency))


def percentile_approx(
    col: ColumnOrName,
    percentage: Column | float | Sequence[float] | tuple[float, ...],
    accuracy: Column | int = 10000,
) -> Column:
    """About the value below which a share of the values lies."""
    return call("percentile_approx", col, lit(shares(percentage)), lit(accuracy))


def product(col: ColumnOrName) -> Column:
    """The product."""
    return call("product", col)


def regr_avgx(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The mean of `x` over pairs without null."""
    return call("regr_avgx", y, x)


def regr_avgy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The mean of `y` over pairs without null."""
    return call("regr_avgy", y, x)


def regr_count(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The number of pairs without null."""
    return call("regr_count", y, x)


def regr_intercept(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The intercept of the regression line."""
    return call("regr_intercept", y, x)


def regr_r2(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The coefficient of determination."""
    return call("regr_r2", y, x)


def regr_slope(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The slope of the regression line."""
    return call("regr_slope", y, x)


def regr_sxx(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The sum of squares of `x`."""
    return call("regr_sxx", y, x)


def regr_sxy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The sum of products of `x` and `y`."""
    return call("regr_sxy", y, x)


def regr_syy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The sum of squares of `y`."""
    return call("regr_syy", y, x)


def skewness(col: ColumnOrName) -> Column:
    """The skewness."""
    return call("skewness", col)


def std(col: ColumnOrName) -> Column:
    """The standard deviation of the sample."""
    return call("std", col)


def stddev(col: ColumnOrName) -> Column:
    """The standard deviation of the sample."""
    return call("stddev", col)


def stddev_pop(col: ColumnOrName) -> Column:
    """The standard deviation of the population."""
    return call("stddev_pop", col)


def stddev_samp(col: ColumnOrName) -> Column:
    """The standard deviation of the sample."""
    return call("stddev_samp", col)


def var_pop(col: ColumnOrName) -> Column:
    """The variance of the population."""
    return call("var_pop", col)


def var_samp(col: ColumnOrName) -> Column:
    """The variance of the sample."""
    return call("var_samp", col)


def variance(col: ColumnOrName) -> Column:
    """The variance of the sample."""
    return call("variance", col)
