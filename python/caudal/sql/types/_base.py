"""Data types without parts: numbers, text, times, and their common base.

Equality, hash, `repr` and JSON are PySpark's. Types with parts are in `_nested`.
"""

from __future__ import annotations

import calendar
import datetime
import json
import time
from typing import Any, ClassVar


class DataType:
    """Base of all types.

    Examples
    --------
    >>> from caudal.sql.types import IntegerType, LongType
    >>> IntegerType(), IntegerType().simpleString(), LongType().jsonValue()
    (IntegerType(), 'int', 'long')
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __hash__(self) -> int:
        return hash(str(self))

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, self.__class__) and self.__dict__ == other.__dict__

    def __ne__(self, other: Any) -> bool:
        return not self.__eq__(other)

    @classmethod
    def typeName(cls) -> str:
        """The name in JSON schemas, for example ``integer``."""
        return cls.__name__.removesuffix("Type").lower()

    def simpleString(self) -> str:
        """The name in SQL, for example ``int``."""
        return self.typeName()

    def jsonValue(self) -> str | dict[str, Any]:
        """What :meth:`json` writes, as Python values."""
        return self.typeName()

    def json(self) -> str:
        """The type as JSON text."""
        return json.dumps(self.jsonValue(), separators=(",", ":"), sort_keys=True)

    def needConversion(self) -> bool:
        """Whether a Python value differs from the stored one."""
        return False

    def toInternal(self, obj: Any) -> Any:
        """The stored form of a Python value."""
        return obj

    def fromInternal(self, obj: Any) -> Any:
        """The Python value of a stored form."""
        return obj

    @classmethod
    def fromDDL(cls, ddl: str) -> DataType:
        """The type that DDL text describes; a list of fields gives a struct.

        Raises
        ------
        ParseException
            For text that is no type.
        """
        from caudal.sql.types._parse import _parse_datatype_string

        return _parse_datatype_string(ddl)

    def _as_nullable(self) -> DataType:
        return self


class _OneInstance(type):
    """Types without parameters have one instance each, as in PySpark."""

    _instances: ClassVar[dict[type, Any]] = {}

    def __call__(cls) -> Any:
        if cls not in _OneInstance._instances:
            _OneInstance._instances[cls] = super().__call__()
        return _OneInstance._instances[cls]


class NullType(DataType, metaclass=_OneInstance):
    """The type of ``NULL``."""

    @classmethod
    def typeName(cls) -> str:
        return "void"


class AtomicType(DataType):
    """Base of the types whose values have no parts."""


class NumericType(AtomicType):
    """Base of the numbers."""


class IntegralType(NumericType, metaclass=_OneInstance):
    """Base of the whole numbers."""


class FractionalType(NumericType):
    """Base of the other numbers."""


class DatetimeType(AtomicType):
    """Base of dates and timestamps."""


class AnyTimeType(DatetimeType):
    """Base of the times of a day."""


class CharType(AtomicType):
    """Text of `length` characters, padded with blanks."""

    def __init__(self, length: int):
        self.length = length

    def simpleString(self) -> str:
        return f"char({self.length})"

    def jsonValue(self) -> str:
        return f"char({self.length})"

    def __repr__(self) -> str:
        return f"CharType({self.length})"


class VarcharType(AtomicType):
    """Text of at most `length` characters."""

    def __init__(self, length: int):
        self.length = length

    def simpleString(self) -> str:
        return f"varchar({self.length})"

    def jsonValue(self) -> str:
        return f"varchar({self.length})"

    def __repr__(self) -> str:
        return f"VarcharType({self.length})"


class StringType(AtomicType):
    """Text, compared byte by byte unless a `collation` is named.

    Examples
    --------
    >>> from caudal.sql.types import StringType
    >>> StringType("UTF8_LCASE").simpleString()
    'string collate UTF8_LCASE'
    """

    providerSpark = "spark"
    providerICU = "icu"
    providers: ClassVar[list[str]] = [providerSpark, providerICU]

    def __init__(self, collation: str = "UTF8_BINARY"):
        self.collation = collation

    @classmethod
    def collationProvider(cls, collationName: str) -> str:
        """``spark`` for the UTF8 collations, ``icu`` for all others."""
        return cls.providerSpark if collationName.startswith("UTF8") else cls.providerICU

    def isUTF8BinaryCollation(self) -> bool:
        """Whether text is compared byte by byte."""
        return self.collation == "UTF8_BINARY"

    def simpleString(self) -> str:
        return "string" if self.isUTF8BinaryCollation() else f"string collate {self.collation}"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return "StringType()" if self.isUTF8BinaryCollation() else f"StringType('{self.collation}')"


class BinaryType(AtomicType, metaclass=_OneInstance):
    """Bytes."""


class BooleanType(AtomicType, metaclass=_OneInstance):
    """True or false."""


_EPOCH_DAY = datetime.date(1970, 1, 1).toordinal()


class DateType(DatetimeType, metaclass=_OneInstance):
    """A day; stored as days since 1970-01-01."""

    EPOCH_ORDINAL = _EPOCH_DAY

    def needConversion(self) -> bool:
        return True

    def toInternal(self, d: datetime.date | None) -> int | None:
        return None if d is None else d.toordinal() - self.EPOCH_ORDINAL

    def fromInternal(self, v: int | None) -> datetime.date | None:
        return None if v is None else datetime.date.fromordinal(v + self.EPOCH_ORDINAL)


class TimeType(AnyTimeType):
    """A time of a day; stored as nanoseconds since midnight.

    `precision` is the number of digits of a second, 0 to 9.
    """

    def __init__(self, precision: int = 6):
        self.precision = precision

    def needConversion(self) -> bool:
        return True

    def toInternal(self, t: datetime.time | None) -> int | None:
        if t is None:
            return None
        seconds = (t.hour * 60 + t.minute) * 60 + t.second
        return (seconds * 1_000_000 + t.microsecond) * 1000

    def fromInternal(self, nano: int | None) -> datetime.time | None:
        if nano is None:
            return None
        return (datetime.datetime.min + datetime.timedelta(microseconds=nano // 1000)).time()

    def simpleString(self) -> str:
        return f"time({self.precision})"

    def jsonValue(self) -> str:
        return f"time({self.precision})"

    def __repr__(self) -> str:
        return f"TimeType({self.precision})"


class TimestampType(DatetimeType, metaclass=_OneInstance):
    """A moment; stored as microseconds since 1970-01-01 00:00 UTC.

    A Python value without a zone means the local zone of the process.
    """

    def needConversion(self) -> bool:
        return True

    def toInternal(self, dt: datetime.datetime | None) -> int | None:
        if dt is None:
            return None
        if dt.tzinfo is None:
            seconds = int(time.mktime(dt.timetuple()))
        else:
            seconds = calendar.timegm(dt.utctimetuple())
        return seconds * 1_000_000 + dt.microsecond

    def fromInternal(self, ts: int | None) -> datetime.datetime | None:
        if ts is None:
            return None
        whole, micros = divmod(ts, 1_000_000)
        return datetime.datetime.fromtimestamp(whole).replace(microsecond=micros)


class TimestampNTZType(DatetimeType, metaclass=_OneInstance):
    """A date with a time of day and no zone."""

    @classmethod
    def typeName(cls) -> str:
        return "timestamp_ntz"

    def needConversion(self) -> bool:
        return True

    def toInternal(self, dt: datetime.datetime | None) -> int | None:
        if dt is None:
            return None
        return calendar.timegm(dt.timetuple()) * 1_000_000 + dt.microsecond

    def fromInternal(self, ts: int | None) -> datetime.datetime | None:
        if ts is None:
            return None
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=ts)


class DecimalType(FractionalType):
    """A number with `scale` digits after the point, `precision` digits in all (at most 38)."""

    def __init__(self, precision: int = 10, scale: int = 0):
        self.precision = precision
        self.scale = scale
        self.hasPrecisionInfo = True

    def simpleString(self) -> str:
        return f"decimal({self.precision},{self.scale})"

    def jsonValue(self) -> str:
        return f"decimal({self.precision},{self.scale})"

    def __repr__(self) -> str:
        return f"DecimalType({self.precision},{self.scale})"


class DoubleType(FractionalType, metaclass=_OneInstance):
    """A number of 64 bits with a binary point."""


class FloatType(FractionalType, metaclass=_OneInstance):
    """A number of 32 bits with a binary point."""


class ByteType(IntegralType):
    """A whole number of 8 bits."""

    def simpleString(self) -> str:
        return "tinyint"


class ShortType(IntegralType):
    """A whole number of 16 bits."""

    def simpleString(self) -> str:
        return "smallint"


class IntegerType(IntegralType):
    """A whole number of 32 bits."""

    def simpleString(self) -> str:
        return "int"


class LongType(IntegralType):
    """A whole number of 64 bits."""

    def simpleString(self) -> str:
        return "bigint"
