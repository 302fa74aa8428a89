"""Numbers and their bits.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.errors import PySparkValueError
from caudal.sql.column import Column
from caudal.sql.functions._call import (
    ColumnOrName,
    call,
    constant,
    deprecated,
    given,
    number,
    optional,
    real,
)

__all__ = [
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bin",
    "bround",
    "cbrt",
    "ceil",
    "ceiling",
    "conv",
    "cos",
    "cosh",
    "cot",
    "csc",
    "degrees",
    "e",
    "exp",
    "expm1",
    "factorial",
    "floor",
    "greatest",
    "hex",
    "hypot",
    "least",
    "ln",
    "log",
    "log10",
    "log1p",
    "log2",
    "negate",
    "negative",
    "pi",
    "pmod",
    "positive",
    "pow",
    "power",
    "radians",
    "rand",
    "randn",
    "rint",
    "round",
    "sec",
    "sign",
    "signum",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "try_add",
    "try_divide",
    "try_mod",
    "try_multiply",
    "try_subtract",
    "unhex",
    "uniform",
    "width_bucket",
    "bit_count",
    "bit_get",
    "bitwise_not",
    "getbit",
    "shiftleft",
    "shiftright",
    "shiftrightunsigned",
]


def abs(col: ColumnOrName) -> Column:
    """The number without its sign."""
    return call("abs", col)


def acos(col: ColumnOrName) -> Column:
    """The angle of a cosine, in radians."""
    return call("acos", col)


def acosh(col: ColumnOrName) -> Column:
    """The inverse hyperbolic cosine."""
    return call("acosh", col)


def asin(col: ColumnOrName) -> Column:
    """The angle of a sine, in radians."""
    return call("asin", col)


def asinh(col: ColumnOrName) -> Column:
    """The inverse hyperbolic sine."""
    return call("asinh", col)


def atan(col: ColumnOrName) -> Column:
    """The angle of a tangent, in radians."""
    return call("atan", col)


def atan2(col1: ColumnOrName | float, col2: ColumnOrName | float) -> Column:
    """The angle between the x axis and the point (col2, col1), in radians."""
    return call("atan2", real(col1), real(col2))


def atanh(col: ColumnOrName) -> Column:
    """The inverse hyperbolic tangent."""
    return call("atanh", col)


def bin(col: ColumnOrName) -> Column:
    """The whole number as binary text."""
    return call("bin", col)


def bround(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The number to `scale` digits after the point, halves to the even digit."""
    return call("bround", col, number(0 if scale is None else scale))


def cbrt(col: ColumnOrName) -> Column:
    """The cube root."""
    return call("cbrt", col)


def ceil(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The next number upwards with `scale` digits after the point."""
    return call("ceil", col, *given(number(scale)))


def ceiling(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The next number upwards with `scale` digits after the point."""
    return call("ceiling", col, *given(number(scale)))


def conv(col: ColumnOrName, fromBase: int, toBase: int) -> Column:
    """The number in text `col` from one base to another (2 to 36)."""
    return call("conv", col, constant(fromBase), constant(toBase))


def cos(col: ColumnOrName) -> Column:
    """The cosine of an angle in radians."""
    return call("cos", col)


def cosh(col: ColumnOrName) -> Column:
    """The hyperbolic cosine."""
    return call("cosh", col)


def cot(col: ColumnOrName) -> Column:
    """The cotangent of an angle in radians."""
    return call("cot", col)


def csc(col: ColumnOrName) -> Column:
    """The cosecant of an angle in radians."""
    return call("csc", col)


def degrees(col: ColumnOrName) -> Column:
    """An angle in radians as degrees."""
    return call("degrees", col)


def e() -> Column:
    """Euler's number."""
    return call("e")


def exp(col: ColumnOrName) -> Column:
    """Euler's number to the power of `col`."""
    return call("exp", col)


def expm1(col: ColumnOrName) -> Column:
    """``exp(col) - 1``, exact near 0."""
    return call("expm1", col)


def factorial(col: ColumnOrName) -> Column:
    """The product of 1 to `col` (0 to 20)."""
    return call("factorial", col)


def floor(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The next number downwards with `scale` digits after the point."""
    return call("floor", col, *given(number(scale)))


def greatest(*cols: ColumnOrName) -> Column:
    """The greatest of two or more values, nulls left out."""
    if len(cols) < 2:
        raise PySparkValueError(
            errorClass="WRONG_NUM_COLUMNS",
            messageParameters={"func_name": "greatest", "num_cols": "2"},
        )
    return call("greatest", *cols)


def hex(col: ColumnOrName) -> Column:
    """A number or bytes as hexadecimal text."""
    return call("hex", col)


def hypot(col1: ColumnOrName | float, col2: ColumnOrName | float) -> Column:
    """The length of the hypotenuse."""
    return call("hypot", real(col1), real(col2))


def least(*cols: ColumnOrName) -> Column:
    """The least of two or more values, nulls left out."""
    if len(cols) < 2:
        raise PySparkValueError(
            errorClass="WRONG_NUM_COLUMNS",
            messageParameters={"func_name": "least", "num_cols": "2"},
        )
    return call("least", *cols)


def ln(col: ColumnOrName) -> Column:
    """The natural logarithm."""
    return call("ln", col)


def log(arg1: ColumnOrName | float, arg2: ColumnOrName | None = None) -> Column:
    """The natural logarithm of a column, or with two arguments the logarithm of base `arg1`.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> F.log("a"), F.log(2.0, "a")
    (Column<'ln(a)'>, Column<'log(2.0, a)'>)
    """
    if arg2 is None:
        return call("ln", arg1)
    return call("log", constant(arg1), arg2)


def log10(col: ColumnOrName) -> Column:
    """The logarithm of base 10."""
    return call("log10", col)


def log1p(col: ColumnOrName) -> Column:
    """``ln(1 + col)``, exact near 0."""
    return call("log1p", col)


def log2(col: ColumnOrName) -> Column:
    """The logarithm of base 2."""
    return call("log2", col)


def negative(col: ColumnOrName) -> Column:
    """The number with its sign turned."""
    return call("negative", col)


def pi() -> Column:
    """The number pi."""
    return call("pi")


def pmod(dividend: ColumnOrName | float, divisor: ColumnOrName | float) -> Column:
    """The remainder of a division, never negative for a positive divisor."""
    return call("pmod", real(dividend), real(divisor))


def positive(col: ColumnOrName) -> Column:
    """The number as it is."""
    return call("positive", col)


def pow(col1: ColumnOrName | float, col2: ColumnOrName | float) -> Column:
    """`col1` to the power of `col2`."""
    return call("power", real(col1), real(col2))


def radians(col: ColumnOrName) -> Column:
    """An angle in degrees as radians."""
    return call("radians", col)


def rand(seed: int | None = None) -> Column:
    """A random number from 0 to 1, the same for the same `seed`."""
    return call("rand", *given(optional(seed)))


def randn(seed: int | None = None) -> Column:
    """A random number of the standard normal distribution."""
    return call("randn", *given(optional(seed)))


def rint(col: ColumnOrName) -> Column:
    """The nearest whole number, as a double."""
    return call("rint", col)


def round(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The number to `scale` digits after the point, halves away from 0."""
    return call("round", col, number(0 if scale is None else scale))


def sec(col: ColumnOrName) -> Column:
    """The secant of an angle in radians."""
    return call("sec", col)


def sign(col: ColumnOrName) -> Column:
    """-1, 0 or 1."""
    return call("sign", col)


def signum(col: ColumnOrName) -> Column:
    """-1, 0 or 1."""
    return call("signum", col)


def sin(col: ColumnOrName) -> Column:
    """The sine of an angle in radians."""
    return call("sin", col)


def sinh(col: ColumnOrName) -> Column:
    """The hyperbolic sine."""
    return call("sinh", col)


def sqrt(col: ColumnOrName) -> Column:
    """The square root."""
    return call("sqrt", col)


def tan(col: ColumnOrName) -> Column:
    """The tangent of an angle in radians."""
    return call("tan", col)


def tanh(col: ColumnOrName) -> Column:
    """The hyperbolic tangent."""
    return call("tanh", col)


def try_add(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The sum, null on overflow."""
    return call("try_add", left, right)


def try_divide(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The quotient, null for a division by 0."""
    return call("try_divide", left, right)


def try_mod(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The remainder, null for a division by 0."""
    return call("try_mod", left, right)


def try_multiply(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The product, null on overflow."""
    return call("try_multiply", left, right)


def try_subtract(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The difference, null on overflow."""
    return call("try_subtract", left, right)


def unhex(col: ColumnOrName) -> Column:
    """The bytes of hexadecimal text."""
    return call("unhex", col)


def uniform(
    min: Column | int | float, max: Column | int | float, seed: Column | int | None = None
) -> Column:
    """A random number between two constants."""
    return call("uniform", constant(min), constant(max), *given(optional(seed)))


def width_bucket(
    v: ColumnOrName, min: ColumnOrName, max: ColumnOrName, numBucket: ColumnOrName | int
) -> Column:
    """The number of the bucket into which a value falls."""
    return call("width_bucket", v, min, max, number(numBucket))


def toDegrees(col: ColumnOrName) -> Column:
    """Older name of :func:`degrees`."""
    deprecated("2.1", "degrees")
    return degrees(col)


def toRadians(col: ColumnOrName) -> Column:
    """Older name of :func:`radians`."""
    deprecated("2.1", "radians")
    return radians(col)


def bit_count(col: ColumnOrName) -> Column:
    """The number of bits that are set."""
    return call("bit_count", col)


def bit_get(col: ColumnOrName, pos: ColumnOrName) -> Column:
    """The bit at a position."""
    return call("bit_get", col, pos)


def bitwise_not(col: ColumnOrName) -> Column:
    """Every bit turned."""
    return call("~", col)


def getbit(col: ColumnOrName, pos: ColumnOrName) -> Column:
    """The bit at a position."""
    return call("getbit", col, pos)


def shiftleft(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved left."""
    return call("shiftleft", col, constant(numBits))


def shiftright(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved right, the sign kept."""
    return call("shiftright", col, constant(numBits))


def shiftrightunsigned(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved right, filled with 0."""
    return call("shiftrightunsigned", col, constant(numBits))


def bitwiseNOT(col: ColumnOrName) -> Column:
    """Older name of :func:`bitwise_not`."""
    deprecated("3.2", "bitwise_not")
    return bitwise_not(col)


def shiftLeft(col: ColumnOrName, numBits: int) -> Column:
    """Older name of :func:`shiftleft`."""
    deprecated("3.2", "shiftleft")
    return shiftleft(col, numBits)


def shiftRight(col: ColumnOrName, numBits: int) -> Column:
    """Older name of :func:`shiftright`."""
    deprecated("3.2", "shiftright")
    return shiftright(col, numBits)


def shiftRightUnsigned(col: ColumnOrName, numBits: int) -> Column:
    """Older name of :func:`shiftrightunsigned`."""
    deprecated("3.2", "shiftrightunsigned")
    return shiftrightunsigned(col, numBits)


negate = negative


power = pow


random = rand
