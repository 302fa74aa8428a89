"""How `transformWithState` runs: a batch's groups and timers through a processor.

State is kept by the compiled core as entries of bytes. A key of an entry is: what it is
(one letter), the variable's name, the grouping key, and for a map the user's key, for a
list the item's number, for a timer its moment; every part but the last has its length
before it.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from caudal import _native
from caudal.errors import PySparkRuntimeError
from caudal.errors._native import _from_native
from caudal.sql.streaming._values import plain
from caudal.sql.streaming.stateful_processor import (
    ExpiredTimerInfo,
    StatefulProcessor,
    StatefulProcessorHandle,
    TimerValues,
)
from caudal.sql.types import StructType, _create_row

_LETTERS = {"value": b"v", "list": b"l", "map": b"m"}
_SCHEMA, _ITEM, _TIMER = b"s", b"i", b"t"
# What ends by itself when its time to live is over.
_MORTAL = (b"v", b"i", b"m")


def _part(text: bytes) -> bytes:
    return len(text).to_bytes(4, "big") + text


def _second_part(key: bytes) -> bytes:
    """The grouping key in an entry's key."""
    after = 5 + int.from_bytes(key[1:5], "big")
    return key[after + 4 : after + 4 + int.from_bytes(key[after : after + 4], "big")]


def _refused(operation: str, what: str, condition: str, state: str = "") -> PySparkRuntimeError:
    text = f"[{condition}] {what} SQLSTATE: 42802"
    return PySparkRuntimeError(f"Error {operation}: {text}{state}")


class Codec:
    """Rows of a schema as bytes."""

    def __init__(self, schema: StructType | str) -> None:
        text = schema if isinstance(schema, str) else schema.json()
        self._native = _native.RowCodec(text, _create_row)

    def encode(self, row: Any) -> bytes:
        return self._native.encode(tuple(plain(value) for value in row))

    def decode(self, data: bytes) -> Any:
        return self._native.decode(data)


class Variable:
    """A state variable, for the key that is being worked on."""

    def __init__(
        self,
        batch: Batch,
        kind: str,
        name: str,
        value: Codec,
        user_key: Codec | None,
        ttl: int | None,
    ) -> None:
        self._batch = batch
        self._kind = kind
        self._letter = _LETTERS[kind]
        self._name = _part(name.encode())
        self._value = value
        self._user_key = user_key
        self._ttl = ttl
        self.is_deleted = False
        self.label = name

    def _at(self, letter: bytes | None = None) -> bytes:
        if self.is_deleted:
            raise PySparkRuntimeError(
                f"{self._kind.title()} state {self.label} is not initialized."
            )
        return (letter or self._letter) + self._name + _part(self._batch.key)

    def _user(self, key: Any) -> bytes:
        assert self._user_key is not None
        return self._at() + self._user_key.encode(key)

    def _due(self) -> int | None:
        return None if self._ttl is None else self._batch.batch_time + self._ttl

    def _is_over(self, due: int | None) -> bool:
        return self._ttl is not None and due is not None and due <= self._batch.batch_time

    def read(self, user_key: Any = None) -> Any:
        """The value, or None: a tuple, and of a map a row."""
        at = self._at() if self._kind == "value" else self._user(user_key)
        entry = self._batch.state.get(at)
        if entry is None or self._is_over(entry[0]):
            return None
        row = self._value.decode(entry[1])
        return tuple(row) if self._kind == "value" else row

    def write(self, value: Any, user_key: Any = None) -> None:
        at = self._at() if self._kind == "value" else self._user(user_key)
        self._batch.state.put(at, self._due(), self._value.encode(value))
        self._batch.state.count(1, 0)

    def _entries(self) -> list[tuple[bytes, bytes]]:
        """The live entries of a list or a map: what follows the prefix, and the value."""
        prefix = self._at(_ITEM if self._kind == "list" else None)
        return [
            (key[len(prefix) :], value)
            for key, (due, value) in self._batch.state.scan(prefix)
            if not self._is_over(due)
        ]

    def items(self) -> list[tuple[bytes, tuple[Any, ...]]]:
        return [(rest, tuple(self._value.decode(value))) for rest, value in self._entries()]

    def pairs(self) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
        assert self._user_key is not None
        decode = self._user_key.decode
        return [(tuple(decode(rest)), value) for rest, value in self.items()]

    def append(self, values: Sequence[Any]) -> None:
        self._check_some(values)
        head = self._at()
        entry = self._batch.state.get(head)
        number = 0 if entry is None else int.from_bytes(entry[1], "big")
        for value in values:
            at = self._at(_ITEM) + number.to_bytes(8, "big")
            self._batch.state.put(at, self._due(), self._value.encode(value))
            number += 1
        self._batch.state.put(head, None, number.to_bytes(8, "big"))
        self._batch.state.count(len(values), 0)

    def replace(self, values: Sequence[Any]) -> None:
        self._check_some(values)
        self._erase_all()
        self.append(values)

    def _check_some(self, values: Sequence[Any]) -> None:
        if not values:
            raise PySparkRuntimeError(
                "Error updating value state: [ILLEGAL_STATE_STORE_VALUE.EMPTY_LIST_VALUE] Illegal "
                "value provided to the State Store Cannot write empty list values to State Store "
                f"for StateName {self.label}. SQLSTATE: 42601"
            )

    def erase(self) -> None:
        removed = self._erase_all()
        self._batch.state.count(0, 1 if self._kind == "value" else removed)

    def _erase_all(self) -> int:
        state = self._batch.state
        if self._kind == "value":
            return int(state.remove(self._at()))
        if self._kind == "list":
            state.remove(self._at())
        prefix = self._at(_ITEM if self._kind == "list" else None)
        return sum(state.remove(key) for key, _ in state.scan(prefix))

    def erase_key(self, key: Any) -> None:
        self._batch.state.remove(self._user(key))
        self._batch.state.count(0, 1)


class Batch:
    """One run of a processor: its variables and timers, and the key it is at."""

    def __init__(
        self, state: Any, time_mode: str, batch_time: int, watermark: int, key_codec: Codec
    ) -> None:
        self.state = state
        self.batch_time = batch_time
        self.key = b""
        self._time_mode = time_mode
        self._watermark = watermark
        self._key_codec = key_codec
        self._variables: dict[str, Variable] = {}
        self.phase = "CREATED"

    @property
    def times(self) -> TimerValues:
        if self._time_mode == "none":
            return TimerValues()
        return TimerValues(self.batch_time, self._watermark)

    def _check_phase(self, operation: str, call: str) -> None:
        if self.phase != "CREATED":
            raise _refused(
                call,
                f"Failed to perform stateful processor operation={operation} with invalid handle "
                f"state={self.phase}.",
                "STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE",
            )

    def _mode_title(self) -> str:
        names = {"none": "NoTime", "processingtime": "ProcessingTime", "eventtime": "EventTime"}
        return names[self._time_mode]

    # Variables.

    def variable(
        self, kind: str, name: str, schema: Any, user_key: Any, ttl: int | None
    ) -> Variable:
        call = f"initializing {kind} state"
        self._check_phase(f"get_{kind}_state", call)
        if name in self._variables:
            raise _refused(
                call,
                f"State variable with name {name} has already been defined in the "
                "StatefulProcessor.",
                "STATEFUL_PROCESSOR_DUPLICATE_STATE_VARIABLE_DEFINED",
            )
        if ttl is not None and ttl != 0:
            self._check_ttl(call, name, ttl)
        schemas = [_struct(s) for s in (user_key, schema) if s is not None]
        self._check_schema(kind, name, schemas)
        codecs = [Codec(s) for s in schemas]
        variable = Variable(
            self, kind, name, codecs[-1], codecs[0] if user_key is not None else None, ttl or None
        )
        self._variables[name] = variable
        return variable

    def _check_ttl(self, call: str, name: str, ttl: int) -> None:
        if self._time_mode != "processingtime":
            raise _refused(
                call,
                f"Cannot use TTL for state={name} in timeMode={self._mode_title()}, use "
                "TimeMode.ProcessingTime() instead.",
                "STATEFUL_PROCESSOR_INCORRECT_TIME_MODE_TO_ASSIGN_TTL",
            )
        if ttl < 0:
            raise _refused(
                call,
                "TTL duration must be greater than zero for State store operation=update on "
                f"state={name}.",
                "STATEFUL_PROCESSOR_TTL_DURATION_MUST_BE_POSITIVE",
            )

    def _check_schema(self, kind: str, name: str, schemas: Sequence[StructType]) -> None:
        """A variable's types are kept with its values: other ones could not read them."""
        types = [", ".join(f.dataType.simpleString() for f in schema) for schema in schemas]
        wanted = f"{kind}({'; '.join(types)})"
        at = _SCHEMA + name.encode()
        entry = self.state.get(at)
        if entry is None:
            self.state.put(at, None, wanted.encode())
            return
        stored = entry[1].decode()
        if stored != wanted:
            condition = "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE"
            raise _from_native(
                "SparkRuntimeException",
                f"[{condition}] Provided value schema does not match existing state value "
                f"schema of {name}. Existing value_schema={stored} and new "
                f"value_schema={wanted}. SQLSTATE: XXKST",
                condition,
                {"storedValueSchema": stored, "newValueSchema": wanted},
                "XXKST",
                None,
            )

    def delete_variable(self, name: str) -> None:
        self._check_phase("delete_if_exists", "deleting state")
        self.state.remove(_SCHEMA + name.encode())
        for letter in (*_LETTERS.values(), _ITEM):
            for key, _ in self.state.scan(letter + _part(name.encode())):
                self.state.remove(key)
        variable = self._variables.pop(name, None)
        if variable is not None:
            variable.is_deleted = True

    def forget_what_is_over(self) -> None:
        """At the end of a batch: what has outlived its time to live."""
        removed = 0
        for letter in _MORTAL:
            for _, key in self.state.due(letter[0], self.batch_time):
                removed += self.state.remove(key)
                if letter == _ITEM and not self.state.scan(key[:-8]):
                    self.state.remove(_LETTERS["list"] + key[1:-8])
        if removed:
            self.state.count(0, removed)

    # Timers.

    def _timer(self, moment: int) -> bytes:
        # Spark lists a key's timers by their bytes, the lowest first.
        return self._timers() + int(moment).to_bytes(8, "little", signed=True)

    def _timers(self) -> bytes:
        return _TIMER + _part(b"") + _part(self.key)

    def _check_timers(self, operation: str, call: str) -> None:
        if self._time_mode == "none":
            raise _refused(
                call,
                f"Failed to perform stateful processor operation={operation} with invalid "
                "timeMode=NoTime",
                "STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_TIME_MODE",
            )
        if self.phase == "CREATED":
            raise _refused(
                call,
                f"Failed to perform stateful processor operation={operation} with invalid handle "
                f"state={self.phase}.",
                "STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE",
            )

    def register_timer(self, moment: int) -> None:
        self._check_timers("register_timer", "register timer")
        self.state.put(self._timer(moment), int(moment), b"")

    def delete_timer(self, moment: int) -> None:
        self._check_timers("delete_timer", "deleting timer")
        self.state.remove(self._timer(moment))

    def list_timers(self) -> Iterator[int]:
        self._check_timers("list_timers", "getting timers")
        found = self.state.scan(self._timers())
        return iter([int.from_bytes(key[-8:], "little", signed=True) for key, _ in found])

    def fired(self) -> Iterator[tuple[tuple[Any, ...], int]]:
        """The timers that are due now; those that are registered meanwhile come later."""
        if self._time_mode == "none":
            return
        limit = self.batch_time if self._time_mode == "processingtime" else self._watermark
        for moment, at in self.state.due(_TIMER[0], limit):
            if self.state.get(at) is None:
                continue
            self.key = _second_part(at)
            yield tuple(self._key_codec.decode(self.key)), moment
            self.key = _second_part(at)
            self.state.remove(at)


def _struct(schema: Any) -> StructType:
    import json

    if isinstance(schema, StructType):
        return schema
    return StructType.fromJson(json.loads(_native.parse_ddl(schema)))


class ProcessorDriver:
    """Called by the compiled core with a batch. `adapter` turns rows into what the
    processor sees, and what it gives into Arrow tables.
    """

    def __init__(
        self,
        processor: StatefulProcessor,
        time_mode: str,
        key_schema: StructType,
        adapter: Callable[..., Any],
    ) -> None:
        self._processor = processor
        self._time_mode = time_mode.lower()
        self._key_schema = key_schema
        self._adapter = adapter

    def call_batch(
        self,
        keys: Any,
        rows: Any,
        starts: Sequence[int],
        key_bytes: Sequence[bytes],
        initial: tuple[Any, Sequence[int]] | None,
        state: Any,
        batch_time: int,
        watermark: int | None,
    ) -> list[Any]:
        """The Arrow tables of what comes out."""
        batch = Batch(state, self._time_mode, batch_time, watermark or 0, Codec(self._key_schema))
        # What an attribute holds from the batch before is no state: Spark has it not.
        processor = copy.copy(self._processor)
        processor.init(StatefulProcessorHandle(batch))
        batch.phase = "INITIALIZED"
        adapter = self._adapter(keys, rows, starts, initial)
        for group, key in enumerate(adapter.keys()):
            batch.key = key_bytes[group]
            for begin in adapter.initial(group):
                processor.handleInitialState(key, begin, batch.times)
            if starts[group] < starts[group + 1]:
                results = processor.handleInputRows(key, adapter.rows(group), batch.times)
                adapter.take(results)
        batch.phase = "DATA_PROCESSED"
        for key, moment in batch.fired():
            info = ExpiredTimerInfo(moment)
            results = processor.handleExpiredTimer(
                key=key, timerValues=batch.times, expiredTimerInfo=info
            )
            adapter.take(results)
        batch.forget_what_is_over()
        batch.phase = "TIMER_PROCESSED"
        batch.key = b""
        processor.close()
        found: list[Any] = adapter.finish()
        return found
