"""Variants in Python: their bytes as Python's values and as JSON, and JSON as their bytes.

Knows the encoding only; the compiled core has its own reader and writer of the same.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import struct
from typing import Any
from zoneinfo import ZoneInfo

from caudal.errors import PySparkValueError

_PRIMITIVE, _SHORT_STRING, _OBJECT, _ARRAY = range(4)
_NULL, _TRUE, _FALSE = range(3)
# Type of a primitive → bytes of the number.
_INTS = {3: 1, 4: 2, 5: 4, 6: 8}
_DECIMALS = {8: 4, 9: 8, 10: 16}
_DOUBLE, _DATE, _TIMESTAMP, _TIMESTAMP_NTZ = 7, 11, 12, 13
_FLOAT, _BINARY, _LONG_STRING = 14, 15, 16
_EPOCH = datetime.datetime(1970, 1, 1)
_MOST_DIGITS = 38


def _malformed() -> PySparkValueError:
    return PySparkValueError(errorClass="MALFORMED_VARIANT", messageParameters={})


def _number(data: bytes, at: int, width: int, signed: bool = False) -> int:
    if at < 0 or at + width > len(data):
        raise _malformed()
    return int.from_bytes(data[at : at + width], "little", signed=signed)


class _Reader:
    def __init__(self, value: bytes, metadata: bytes, zone_id: str):
        self.value = bytes(value)
        self.names = bytes(metadata)
        self.zone = zone_id

    def name(self, index: int) -> str:
        if not self.names:
            raise _malformed()
        width = (self.names[0] >> 6) + 1
        count = _number(self.names, 1, width)
        if index >= count:
            raise _malformed()
        start, end = (_number(self.names, 1 + width * (1 + index + i), width) for i in (0, 1))
        texts = 1 + width * (count + 2)
        if texts + end > len(self.names):
            raise _malformed()
        return self.names[texts + start : texts + end].decode()

    def read(self, at: int) -> Any:
        head = _number(self.value, at, 1)
        kind, info = head & 3, head >> 2
        if kind == _SHORT_STRING:
            return self.bytes_at(at + 1, info).decode()
        if kind == _PRIMITIVE:
            return self.primitive(at, info)
        is_object = kind == _OBJECT
        is_large = info >> (4 if is_object else 2) & 1
        id_width = (info >> 2 & 3) + 1 if is_object else 0
        width = (info & 3) + 1
        count_width = 4 if is_large else 1
        count = _number(self.value, at + 1, count_width)
        ids = at + 1 + count_width
        offsets = ids + count * id_width
        data = offsets + (count + 1) * width
        places = [data + _number(self.value, offsets + i * width, width) for i in range(count)]
        if not is_object:
            return [self.read(place) for place in places]
        keys = [self.name(_number(self.value, ids + i * id_width, id_width)) for i in range(count)]
        return {key: self.read(place) for key, place in zip(keys, places, strict=True)}

    def bytes_at(self, at: int, length: int) -> bytes:
        if at + length > len(self.value):
            raise _malformed()
        return self.value[at : at + length]

    def primitive(self, at: int, info: int) -> Any:
        if info == _NULL:
            return None
        if info in (_TRUE, _FALSE):
            return info == _TRUE
        if info in _INTS:
            return _number(self.value, at + 1, _INTS[info], signed=True)
        if info in _DECIMALS:
            scale = _number(self.value, at + 1, 1)
            unscaled = _number(self.value, at + 2, _DECIMALS[info], signed=True)
            return decimal.Decimal(unscaled) * decimal.Decimal(10) ** -scale
        if info == _DOUBLE:
            return struct.unpack("<d", self.bytes_at(at + 1, 8))[0]
        if info == _FLOAT:
            return struct.unpack("<f", self.bytes_at(at + 1, 4))[0]
        if info == _DATE:
            days = _number(self.value, at + 1, 4, signed=True)
            return _EPOCH.date() + datetime.timedelta(days=days)
        if info in (_TIMESTAMP, _TIMESTAMP_NTZ):
            span = datetime.timedelta(microseconds=_number(self.value, at + 1, 8, signed=True))
            if info == _TIMESTAMP_NTZ:
                return _EPOCH + span
            utc = _EPOCH.replace(tzinfo=datetime.timezone.utc) + span
            return utc.astimezone(ZoneInfo(self.zone))
        if info in (_BINARY, _LONG_STRING):
            found = self.bytes_at(at + 5, _number(self.value, at + 1, 4))
            return found if info == _BINARY else found.decode()
        raise _malformed()


def to_python(value: bytes, metadata: bytes, zone_id: str = "UTC") -> Any:
    """The value as Python's: objects are dicts, arrays lists, instants aware datetimes.

    Raises
    ------
    PySparkValueError
        ``MALFORMED_VARIANT`` for bytes that are no variant.
    """
    return _Reader(value, metadata, zone_id).read(0)


def to_json(value: bytes, metadata: bytes, zone_id: str = "UTC") -> str:
    """The value as JSON; instants are shown in `zone_id`."""
    return _json(to_python(value, metadata, zone_id))


def _json(value: Any) -> str:
    if isinstance(value, dict):
        fields = (f"{json.dumps(key)}:{_json(item)}" for key, item in value.items())
        return "{" + ",".join(fields) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value)
    if isinstance(value, bytes):
        return f'"{base64.b64encode(value).decode()}"'
    if isinstance(value, (datetime.date, datetime.datetime)):
        return f'"{value}"'
    return str(value)


def _width(value: int) -> int:
    return next(width for width in (1, 2, 3, 4) if value < 1 << 8 * width)


def _real(text: str) -> decimal.Decimal | float:
    """A decimal where no exponent is written and its digits are few enough."""
    if all(c.isdecimal() or c in "-." for c in text):
        found = decimal.Decimal(text)
        parts = found.as_tuple()
        if max(len(parts.digits), -int(parts.exponent)) <= _MOST_DIGITS:
            return found
    return float(text)


class _Writer:
    def __init__(self) -> None:
        self.names: dict[str, int] = {}

    def encoded(self, value: Any) -> bytes:
        if value is None or isinstance(value, bool):
            return bytes([{None: _NULL, True: _TRUE, False: _FALSE}[value] << 2])
        if isinstance(value, str):
            text = value.encode()
            if len(text) < 64:
                return bytes([len(text) << 2 | _SHORT_STRING]) + text
            return bytes([_LONG_STRING << 2]) + len(text).to_bytes(4, "little") + text
        if isinstance(value, int):
            return self.whole(value)
        if isinstance(value, decimal.Decimal):
            return self.decimal(value)
        if isinstance(value, float):
            return bytes([_DOUBLE << 2]) + struct.pack("<d", value)
        if isinstance(value, list):
            items = [self.encoded(item) for item in value]
            return self.headed(items, [], _ARRAY)
        ids, items = [], []
        for key, item in value.items():
            ids.append(self.names.setdefault(key, len(self.names)))
            items.append(self.encoded(item))
        return self.headed(items, ids, _OBJECT, list(value))

    def whole(self, value: int) -> bytes:
        for info, width in _INTS.items():
            if -(1 << 8 * width - 1) <= value < 1 << 8 * width - 1:
                return bytes([info << 2]) + value.to_bytes(width, "little", signed=True)
        return self.encoded(_real(str(value)))

    def decimal(self, value: decimal.Decimal) -> bytes:
        parts = value.as_tuple()
        scale = -int(parts.exponent)
        unscaled = int("".join(map(str, parts.digits))) * (-1 if parts.sign else 1)
        most = max(len(parts.digits), scale)
        info = 8 if most <= 9 else 9 if most <= 18 else 10
        number = unscaled.to_bytes(_DECIMALS[info], "little", signed=True)
        return bytes([info << 2, scale]) + number

    def headed(
        self, items: list[bytes], ids: list[int], kind: int, keys: list[str] | None = None
    ) -> bytes:
        offsets, at = [], 0
        for item in items:
            offsets.append(at)
            at += len(item)
        if keys is not None:
            order = sorted(range(len(keys)), key=lambda i: keys[i])
            ids, offsets = [ids[i] for i in order], [offsets[i] for i in order]
        is_large = len(items) > 255
        width, id_width = _width(at), _width(max(ids, default=0))
        info = width - 1
        if keys is None:
            info |= is_large << 2
        else:
            info |= (id_width - 1) << 2 | is_large << 4
        head = bytes([info << 2 | kind]) + len(items).to_bytes(4 if is_large else 1, "little")
        head += b"".join(i.to_bytes(id_width, "little") for i in ids)
        head += b"".join(offset.to_bytes(width, "little") for offset in [*offsets, at])
        return head + b"".join(items)


def parse_json(text: str) -> tuple[bytes, bytes]:
    """Value and metadata of the variant of a JSON text.

    Raises
    ------
    json.JSONDecodeError
        For a text that is no JSON.
    """
    writer = _Writer()
    value = writer.encoded(json.loads(text, parse_float=_real))
    names = [name.encode() for name in writer.names]
    ends = [sum(map(len, names[:i])) for i in range(len(names) + 1)]
    width = _width(max(ends[-1], len(names)))
    head = bytes([1 | (width - 1) << 6]) + len(names).to_bytes(width, "little")
    head += b"".join(end.to_bytes(width, "little") for end in ends)
    return value, head + b"".join(names)
