"""Intervals, variants and places: types whose values need a class of their own."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from caudal.errors import IllegalArgumentException, PySparkRuntimeError
from caudal.sql.types import _variant
from caudal.sql.types._base import AtomicType, DataType, _OneInstance


class AnsiIntervalType(AtomicType):
    """Base of the two intervals of the SQL standard."""


class _FieldedInterval(AnsiIntervalType):
    _fields: ClassVar[dict[int, str]]
    startField: int
    endField: int

    def _set_fields(self, start: int | None, end: int | None) -> None:
        if start is None and end is None:
            start, end = min(self._fields), max(self._fields)
        elif end is None:
            end = start
        if start not in self._fields or end not in self._fields:
            raise PySparkRuntimeError(
                errorClass="INVALID_INTERVAL_CASTING",
                messageParameters={"start_field": str(start), "end_field": str(end)},
            )
        self.startField = start
        self.endField = end

    def simpleString(self) -> str:
        first, last = self._fields[self.startField], self._fields[self.endField]
        return f"interval {first}" if first == last else f"interval {first} to {last}"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.startField}, {self.endField})"


class DayTimeIntervalType(_FieldedInterval):
    """A span of days to seconds; a Python ``timedelta``, stored as microseconds."""

    DAY = 0
    HOUR = 1
    MINUTE = 2
    SECOND = 3
    _fields: ClassVar[dict[int, str]] = {
        DAY: "day",
        HOUR: "hour",
        MINUTE: "minute",
        SECOND: "second",
    }

    def __init__(self, startField: int | None = None, endField: int | None = None):
        self._set_fields(startField, endField)

    def needConversion(self) -> bool:
        return True

    def toInternal(self, dt: datetime.timedelta | None) -> int | None:
        return None if dt is None else dt // datetime.timedelta(microseconds=1)

    def fromInternal(self, micros: int | None) -> datetime.timedelta | None:
        return None if micros is None else datetime.timedelta(microseconds=micros)


class YearMonthIntervalType(_FieldedInterval):
    """A span of years and months; Python has no value for it."""

    YEAR = 0
    MONTH = 1
    _fields: ClassVar[dict[int, str]] = {YEAR: "year", MONTH: "month"}

    def __init__(self, startField: int | None = None, endField: int | None = None):
        self._set_fields(startField, endField)


class CalendarIntervalType(DataType, metaclass=_OneInstance):
    """A span of months, days and microseconds, as ``interval 1 month 2 days`` makes it."""

    @classmethod
    def typeName(cls) -> str:
        return "interval"


class VariantType(AtomicType, metaclass=_OneInstance):
    """A value that carries its own type, as parsed from JSON."""

    def needConversion(self) -> bool:
        return True

    def fromInternal(self, obj: dict[str, bytes] | None) -> VariantVal | None:
        if obj is None or not {"value", "metadata"} <= obj.keys():
            return None
        return VariantVal(obj["value"], obj["metadata"])

    def toInternal(self, variant: VariantVal | None) -> dict[str, bytes] | None:
        if variant is None:
            return None
        return {"value": variant.value, "metadata": variant.metadata}


class VariantVal:
    """A value of :class:`VariantType`: its bytes and the names of its fields.

    Parameters
    ----------
    value, metadata
        The two parts of the variant encoding.
    """

    def __init__(self, value: bytes, metadata: bytes):
        self.value = value
        self.metadata = metadata

    def __repr__(self) -> str:
        return f"VariantVal({self.value!r}, {self.metadata!r})"

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, VariantVal):
            return NotImplemented
        return (self.value, self.metadata) == (other.value, other.metadata)

    def __hash__(self) -> int:
        return hash((self.value, self.metadata))

    def __str__(self) -> str:
        return self.toJson()

    def toPython(self) -> Any:
        """The value as Python's: objects are dicts, arrays lists.

        Raises
        ------
        PySparkValueError
            ``MALFORMED_VARIANT`` for bytes that are no variant.

        Examples
        --------
        >>> from caudal.sql.types import VariantVal
        >>> VariantVal.parseJson('{"a": [1, null]}').toPython()
        {'a': [1, None]}
        """
        return _variant.to_python(self.value, self.metadata)

    def toJson(self, zone_id: str = "UTC") -> str:
        """The value as JSON; instants are shown in the time zone `zone_id`.

        Raises
        ------
        PySparkValueError
            ``MALFORMED_VARIANT`` for bytes that are no variant.

        Examples
        --------
        >>> from caudal.sql.types import VariantVal
        >>> VariantVal.parseJson('{"b": 1.5, "a": "x"}').toJson()
        '{"a":"x","b":1.5}'
        """
        return _variant.to_json(self.value, self.metadata, zone_id)

    @classmethod
    def parseJson(cls, json_str: str) -> VariantVal:
        """The variant of a JSON text.

        Raises
        ------
        json.JSONDecodeError
            For a text that is no JSON.

        Examples
        --------
        >>> from caudal.sql.types import VariantVal
        >>> VariantVal.parseJson("[1, 2]").toPython()
        [1, 2]
        """
        return cls(*_variant.parse_json(json_str))


class SpatialType(AtomicType):
    """Base of the types of places."""

    MIXED_SRID = -1
    MIXED_CRS = "SRID:ANY"
    _systems: ClassVar[dict[int, str]]
    srid: int
    _crs: str

    def _set_system(self, srid: int | str) -> None:
        if srid == "ANY":
            self.srid, self._crs = self.MIXED_SRID, self.MIXED_CRS
        elif isinstance(srid, int) and srid in self._systems:
            self.srid, self._crs = srid, self._systems[srid]
        else:
            raise IllegalArgumentException(
                errorClass="ST_INVALID_SRID_VALUE", messageParameters={"srid": str(srid)}
            )

    @classmethod
    def _srid_of(cls, crs: str) -> int | str:
        if crs.lower() == cls.MIXED_CRS.lower():
            return "ANY"
        for srid, name in cls._systems.items():
            if name.lower() == crs.lower():
                return srid
        raise IllegalArgumentException(
            errorClass="ST_INVALID_CRS_VALUE", messageParameters={"crs": crs}
        )

    def simpleString(self) -> str:
        return f"{self.typeName()}({'any' if self.srid == self.MIXED_SRID else self.srid})"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'ANY' if self.srid == self.MIXED_SRID else self.srid})"

    def needConversion(self) -> bool:
        return True


class GeographyType(SpatialType):
    """A place on the globe.

    Parameters
    ----------
    srid
        4326, or ``"ANY"`` for a column of mixed reference systems.
    """

    DEFAULT_CRS = "OGC:CRS84"
    DEFAULT_ALG = "SPHERICAL"
    DEFAULT_SRID = 4326
    _systems: ClassVar[dict[int, str]] = {4326: "OGC:CRS84"}

    def __init__(self, srid: int | str):
        self._set_system(srid)
        self._alg = self.DEFAULT_ALG

    def jsonValue(self) -> str:
        return f"geography({self._crs}, {self._alg})"

    def toInternal(self, geography: Any) -> Any:
        return None if geography is None else {"srid": geography.srid, "wkb": geography.wkb}

    def fromInternal(self, obj: dict[str, Any] | None) -> Geography | None:
        return None if obj is None else Geography(obj["bytes"], obj["srid"])


class GeometryType(SpatialType):
    """A place on a plane.

    Parameters
    ----------
    srid
        0, 3857 or 4326, or ``"ANY"`` for a column of mixed reference systems.
    """

    DEFAULT_CRS = "OGC:CRS84"
    DEFAULT_SRID = 4326
    _systems: ClassVar[dict[int, str]] = {0: "SRID:0", 3857: "EPSG:3857", 4326: "OGC:CRS84"}

    def __init__(self, srid: int | str):
        self._set_system(srid)

    def jsonValue(self) -> str:
        return f"geometry({self._crs})"

    def toInternal(self, geometry: Any) -> Any:
        return None if geometry is None else {"srid": geometry.srid, "wkb": geometry.wkb}

    def fromInternal(self, obj: dict[str, Any] | None) -> Geometry | None:
        return None if obj is None else Geometry(obj["bytes"], obj["srid"])


class _Place:
    def __init__(self, wkb: bytes, srid: int):
        self.wkb = wkb
        self.srid = srid

    def getBytes(self) -> bytes:
        """The well-known binary form."""
        return self.wkb

    def getSrid(self) -> int:
        """The number of the reference system."""
        return self.srid

    def __eq__(self, other: Any) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return (self.wkb, self.srid) == (other.wkb, other.srid)

    def __hash__(self) -> int:
        return hash((self.wkb, self.srid))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.wkb!r}, {self.srid})"

    __str__ = __repr__


class Geography(_Place):
    """A value of :class:`GeographyType`: well-known binary and reference system."""

    @classmethod
    def fromWKB(cls, wkb: bytes, srid: int) -> Geography:
        """The place of a well-known binary."""
        return cls(wkb, srid)


class Geometry(_Place):
    """A value of :class:`GeometryType`: well-known binary and reference system."""

    @classmethod
    def fromWKB(cls, wkb: bytes, srid: int) -> Geometry:
        """The place of a well-known binary."""
        return cls(wkb, srid)
