"""The compiled core: what `src/bridge` offers to the Python tree.

Only `caudal`'s own modules use it. Types are given as JSON schema strings (the
form of ``DataType.json()``), settings and options as strings. Every method that
can wait or compute releases the GIL and answers Ctrl-C. Errors are raised as the
classes of ``caudal.errors``, made by ``caudal.errors._from_native``.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from caudal.errors import PySparkException
from caudal.sql._data_sources import SourceDriver

VERSION: str

def parse_ddl(text: str) -> str:
    """DDL as JSON (the form of ``DataType.json()``): one type, or a list of fields, which
    gives a struct. ``ParseException`` for anything else."""

def check_trigger(kind: str, value: str) -> None:
    """Refuses the interval of a trigger that cannot be read."""

def check_save_mode(text: str) -> None:
    """Refuses a save mode that there is not."""

def interval_micros(text: str) -> int:
    """The length of an interval such as a trigger's, in microseconds."""

def setting_at_work(key: str) -> tuple[bool, str | None]: ...
def threads_in_user_code() -> list[int]:
    """Refuses functions of the user's from now on, and tells which threads still run one:
    Python's numbers of them, 0 for one that is about to begin."""

def take_failures(session: Session) -> list[tuple[str | None, str, str, PySparkException]]:
    """Name, id, run and error of each query of a session that failed since this was asked."""

def data_source_error(
    condition: str, parameters: dict[str, str], cause: BaseException | None
) -> PySparkException:
    """The exception of one of Spark's conditions."""

def read_data_source(
    session: Session, name: str, schema: str, driver: SourceDriver, streaming: bool
) -> Frame:
    """The frame of a Python data source that its driver reads."""

def groups_with_state(
    frame: Frame,
    keys: Sequence[Expr],
    driver: object,
    make_row: MakeRow,
    output: str,
    state: str,
    mode: str,
    timeout: str,
) -> Frame:
    """A stream's groups through ``driver.call_batch``, which is called once for the groups
    of a batch and once for those whose time is over."""

def groups_with_processor(
    frame: Frame,
    keys: Sequence[Expr],
    driver: object,
    in_pandas: bool,
    output: str,
    mode: str,
    time_mode: str,
    event_time: str | None,
    initial: tuple[Frame, Sequence[Expr]] | None,
) -> Frame:
    """A stream's groups through ``driver.call_batch``, which is called once a batch and
    keeps its state as entries of bytes."""

MakeRow = Callable[[list[str], tuple[Any, ...]], Any]

class Expr:
    @staticmethod
    def attribute(name: str) -> Expr:
        """A name as the user writes it: ``a``, ``a.b``, ``` `odd name` ```, ``*``, ``t.*``."""
    @staticmethod
    def literal(value: object) -> Expr:
        """A constant from a Python value: None, bool, int, float, str, bytes, Decimal,
        date, datetime, timedelta, and lists of these."""
    @staticmethod
    def parse(text: str) -> Expr:
        """SQL text of one expression, alias and sort direction allowed."""
    @staticmethod
    def call(name: str, args: Sequence[Expr], distinct: bool = False) -> Expr:
        """A function, or an operator under its SQL symbol (``+``, ``=``, ``<=>``, ``and``,
        ``not``, ``negative``, ``isnull``, ``like``, ``rlike``, …)."""
    @staticmethod
    def foreign(function: Function, args: Sequence[tuple[str | None, Expr]]) -> Expr:
        """A function of the program's; arguments may have names."""
    @staticmethod
    def of_lambda(parameters: Sequence[str], body: Expr) -> Expr:
        """A lambda whose body names its parameters; an argument of a function only."""
    @staticmethod
    def case(branches: Sequence[tuple[Expr, Expr]], otherwise: Expr | None) -> Expr: ...
    def alias(self, name: str, metadata: str | None = None) -> Expr: ...
    def aliases(self, names: Sequence[str]) -> Expr:
        """The names of a generator's columns."""
    def cast(self, to: str, is_try: bool = False) -> Expr:
        """`to` is a DDL or JSON type string."""
    def extract(self, key: Expr) -> Expr: ...
    def is_in_frame(self, frame: Frame) -> Expr: ...
    def outer(self) -> Expr: ...
    def is_in(self, values: Sequence[Expr]) -> Expr: ...
    def sort(self, ascending: bool, nulls_first: bool | None = None) -> Expr: ...
    def over(
        self,
        partition_by: Sequence[Expr],
        order_by: Sequence[Expr],
        frame: tuple[str, int, int] | None,
    ) -> Expr:
        """`frame` is ``("rows" | "range", start, end)`` with PySpark's sentinels for
        unbounded (``-(2**63)`` and ``2**63 - 1``) and 0 for the current row."""
    def text(self) -> str:
        """What ``Column<'…'>`` shows between its quotes."""

class Function:
    """A Python function of columns; equal to itself only."""

    def __new__(
        cls,
        name: str,
        returns: str,
        eval_type: int,
        is_deterministic: bool,
        function: Any,
        support: Any,
    ) -> Function:
        """`returns` is a type as JSON, `eval_type` PySpark's number of the kind, `support`
        what `caudal.sql._functions.support` has."""

class Batches:
    """The batches of a table as Arrow, one by one."""

    def __iter__(self) -> Batches: ...
    def __next__(self) -> Any: ...

def map_batches(frame: Frame, title: str, driver: Any, output: str) -> Frame:
    """What `driver.run(batches)` makes of all batches; `output` is its schema as JSON."""

def map_groups(
    frames: Sequence[tuple[Frame, Sequence[Expr]]], title: str, driver: Any, output: str
) -> Frame:
    """What `driver.call(keys, tables)` makes of the groups of frames by their keys."""

class Session:
    def __new__(
        cls,
        config: dict[str, str],
        datasets: Callable[[], str] | None = None,
        beside: Session | None = None,
    ) -> Session:
        """`datasets` gives the folder of the sample events, which paths may name; `beside` is
        a session of the same program, whose global views are this one's, too."""
    def register_function(self, name: str, function: Function) -> None: ...
    def register_table_function(self, name: str, factory: Any) -> None: ...
    def function_names(self) -> list[str]: ...
    def conf_get(self, key: str) -> str | None:
        """Value or default; None where the key is known and unset; an error
        (``SQL_CONF_NOT_FOUND``) for an unknown key."""
    def conf_find(self, key: str) -> str | None:
        """Value or default, None where there is neither."""
    def conf_set(self, key: str, value: str) -> None: ...
    def conf_unset(self, key: str) -> None: ...
    def conf_is_modifiable(self, key: str) -> bool: ...
    def conf_all(self) -> dict[str, str]: ...
    def sql(self, text: str, named: dict[str, Expr], positional: Sequence[Expr]) -> Frame: ...
    def table(self, name: str) -> Frame: ...
    def stream_table(self, name: str) -> Frame:
        """The stream of a table; of a view what it stands for."""
    def list_tables(self, namespace: str | None) -> list[tuple[str, str, str | None, str]]:
        """Name, database, comment and kind of each table and stored view, sorted by name."""
    def find_table(self, name: str) -> tuple[str, str, str | None, str] | None:
        """The same of one; ``None`` for a temporary view."""
    def partition_columns(self, name: str) -> list[str]: ...
    def bucket_columns(self, name: str) -> list[str]: ...
    def create_table(
        self,
        name: str,
        format: str | None,
        schema: str | None,
        options: dict[str, str],
        comment: str | None,
    ) -> None: ...
    def range(self, start: int, end: int, step: int, partitions: int | None = None) -> Frame: ...
    def read(
        self,
        format: str,
        paths: Sequence[str],
        schema: str | None,
        options: dict[str, str],
        streaming: bool,
    ) -> Frame:
        """`schema` is DDL or JSON."""
    def read_texts(
        self, format: str, texts: Frame, schema: str | None, options: dict[str, str]
    ) -> Frame:
        """The records that the only column of `texts` holds."""
    def local_rows(self, schema: str, rows: Sequence[Sequence[Any]]) -> Frame:
        """Rows that already have the shape of `schema` (structs as sequences, maps as
        dicts); a value of a wrong type is an error that names the field."""
    def local_arrow(self, schema: str | None, data: object) -> Frame:
        """Rows from an object with ``__arrow_c_stream__``."""
    def drop_temp_view(self, name: str) -> bool: ...
    def list_temp_views(self) -> list[str]: ...
    def table_exists(self, name: str) -> bool: ...
    def list_databases(self) -> list[tuple[str, str, str]]:
        """Name, comment and folder of each database."""
    def find_database(self, name: str) -> tuple[str, str, str]: ...
    @property
    def current_database(self) -> str: ...
    def set_current_database(self, name: str) -> None: ...
    def create_database(
        self,
        name: str,
        if_not_exists: bool,
        comment: str | None,
        location: str | None,
        properties: dict[str, str],
    ) -> None: ...
    def drop_database(self, name: str, if_exists: bool, cascade: bool) -> None: ...
    def create_text(self, name: str, as_serde: bool) -> str: ...
    def table_properties(self, name: str) -> dict[str, str]: ...
    def list_global_temp_views(self) -> list[str]: ...
    def cache_table(self, name: str, level: tuple[bool, bool, bool, bool, int]) -> None: ...
    def uncache_table(self, name: str) -> None: ...
    def is_table_cached(self, name: str) -> bool: ...
    def refresh_path(self, path: str) -> None: ...
    def clear_cache(self) -> None: ...
    def list_functions(self) -> list[str]: ...
    def streams_active(self) -> list[Query]: ...
    def streams_get(self, id: str) -> Query | None: ...
    def streams_await_any(self, timeout: float | None) -> bool: ...
    def streams_add_listener(self, listener: Any) -> None: ...
    def streams_remove_listener(self, listener: Any) -> None: ...
    def streams_reset_terminated(self) -> None: ...
    def set_clock(self, clock: ManualClock | None) -> None:
        """Queries that start from now on go by this clock, or by the machine's."""
    def stop(self) -> None: ...

class Progress:
    """How far the actions are that a thread begins between `begin` and `end`."""

    def begin(self) -> None: ...
    @staticmethod
    def end() -> None: ...
    @property
    def phase(self) -> str:
        """``planning``, ``reading``, or ``finishing`` once everything is read."""
    @property
    def files(self) -> tuple[int, int]:
        """Files: read to their end, and all."""
    @property
    def bytes(self) -> tuple[int, int]:
        """Bytes of the files: read, and all."""
    @property
    def rows(self) -> tuple[int, int]:
        """Rows: read, and those in no files that are known beforehand."""

class Frame:
    @property
    def columns(self) -> list[str]: ...
    @property
    def is_streaming(self) -> bool: ...
    @property
    def is_local(self) -> bool: ...
    def zip(self, other: Frame) -> Frame: ...
    def input_files(self) -> list[str]:
        """The files that it reads, as URIs."""
    def schema_json(self) -> str: ...
    def exists(self) -> Expr: ...
    def scalar(self) -> Expr: ...
    def lateral_join(self, other: Frame, on: Expr | None, how: str) -> Frame: ...
    def semantics(self) -> str:
        """The same text for frames that mean the same."""
    def column(self, name: str) -> Expr:
        """``df["name"]``: bound to this frame; an error for a name that it has not."""
    def select(self, exprs: Sequence[Expr]) -> Frame: ...
    def filter(self, condition: Expr) -> Frame: ...
    def aggregate(
        self,
        keys: Sequence[Expr],
        grouping: str,
        aggregates: Sequence[Expr],
        sets: tuple[int, Sequence[Sequence[int]]] | None = None,
    ) -> Frame:
        """`grouping`: ``groupby``, ``cube``, ``rollup`` or ``groupingsets``. Output: the keys,
        then the aggregates. `sets`: how many of the keys the output has, and the sets as
        positions among the keys."""
    def sort(self, order: Sequence[Expr], is_global: bool) -> Frame: ...
    def limit(self, n: int) -> Frame: ...
    def offset(self, n: int) -> Frame: ...
    def distinct(self, columns: Sequence[str] | None, within_watermark: bool = False) -> Frame: ...
    def join(self, other: Frame, on: Expr | Sequence[str] | None, how: str) -> Frame:
        """`how` as the user wrote it (``leftouter``, ``left_semi``, …)."""
    def set_operation(
        self, other: Frame, op: str, is_all: bool, by_name: bool, allow_missing: bool
    ) -> Frame:
        """`op`: ``union``, ``intersect`` or ``except``."""
    def with_columns(self, names: Sequence[str], exprs: Sequence[Expr]) -> Frame: ...
    def rename(self, names: Sequence[tuple[str, str]]) -> Frame: ...
    def named(self, names: Sequence[str]) -> Frame: ...
    def drop(self, columns: Sequence[Expr]) -> Frame: ...
    def alias(self, name: str) -> Frame: ...
    def watermark(self, column: str, delay: str) -> Frame: ...
    def observe(
        self, name: str, exprs: Sequence[Expr], observed: Observed | None = None
    ) -> Frame: ...
    def show_string(self, n: int, truncate: int, vertical: bool) -> str:
        """`truncate` in characters, 0 for none."""
    def collect(self, limit: int | None, make_row: MakeRow) -> list[Any]:
        """Rows made by ``make_row(names, values)``; nested structs too."""
    def to_arrow(self) -> object:
        """An object with ``__arrow_c_stream__`` and ``__arrow_c_schema__``."""
    def count(self) -> int: ...
    def create_temp_view(self, name: str, replace: bool, is_global: bool) -> None: ...
    def explain_string(self, mode: str) -> str: ...
    def tree_string(self, level: int | None) -> str: ...
    def cache(self, level: tuple[bool, bool, bool, bool, int]) -> None: ...
    def unpersist(self) -> None: ...
    @property
    def storage_level(self) -> tuple[bool, bool, bool, bool, int] | None: ...
    def write(
        self,
        format: str,
        mode: str | None,
        options: dict[str, str],
        partition_by: Sequence[str],
        is_single: bool,
    ) -> None:
        """Writes the rows into files; `is_single`: all into one."""
    def write_table(
        self,
        name: str,
        format: str,
        mode: str | None,
        options: dict[str, str],
        partition_by: Sequence[str],
        is_single: bool,
        insert: bool | None = None,
        buckets: tuple[int, list[str], list[str]] | None = None,
        cluster_by: Sequence[str] = (),
        properties: dict[str, str] = ...,
    ) -> None:
        """Writes the rows into a table by name; by position, into one that is there, where
        `insert` says whether they replace those in it."""
    def table_for_stream(
        self,
        name: str,
        format: str | None,
        options: dict[str, str],
        partition_by: Sequence[str],
        cluster_by: Sequence[str],
    ) -> tuple[str, str, list[str], dict[str, str]]:
        """Format, folder, columns of partitions and options of the table, made where it is
        missing."""
    def write_stream(
        self,
        format: str | None,
        output_mode: str | None,
        query_name: str | None,
        trigger: tuple[str, str] | None,
        options: dict[str, str],
        partition_by: Sequence[str],
        foreach_batch: Callable[[Frame, int], None] | None,
        foreach: tuple[Callable[[int, Iterable[list[Any]]], None], MakeRow] | None,
        data_source: Callable[[Frame, int], None] | None,
    ) -> Query:
        """Starts the query; `data_source` writes its batches.

        `trigger`: ``("processingTime", "5 seconds")``,
        ``("once", "")``, ``("availableNow", "")``, ``("continuous", "1 second")``."""

class Query:
    @property
    def id(self) -> str: ...
    @property
    def run_id(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def is_active(self) -> bool: ...
    def status_json(self) -> str:
        """``{"message": …, "isDataAvailable": …, "isTriggerActive": …}``."""
    def last_progress_json(self) -> str | None: ...
    def recent_progress_json(self) -> list[str]: ...
    def await_termination(self, timeout: float | None) -> bool:
        """True once it has stopped; raises the query's error. Seconds."""
    def process_all_available(self, timeout: float | None = None) -> bool:
        """False if `timeout` seconds were not enough."""
    def stop(self) -> None: ...
    def why_empty_json(self) -> str | None:
        """Why there is no output; None before the first look for data."""
    def fsyncs(self) -> tuple[int, float]:
        """Number of fsyncs of the checkpoint so far, and the seconds they took."""
    def exception(self) -> BaseException | None:
        """The error that ended the query, as a ``StreamingQueryException``."""
    def explain_string(self, extended: bool) -> str: ...

class Observed:
    """Metrics of an observation, set by the first action over the observed frame."""

    def __new__(cls) -> Observed: ...
    def get(self, make_row: MakeRow) -> Any:
        """Waits for the metrics; a row of them."""

class MemoryStream:
    def __new__(cls, schema: str, keep_all: bool) -> MemoryStream:
        """`schema` is a struct, as DDL or JSON."""
    @property
    def description(self) -> str: ...
    @property
    def latest_offset(self) -> int:
        """-1 before the first block."""
    def frame(self, session: Session) -> Frame: ...
    def add(self, rows: Frame) -> int:
        """Runs the frame, which must have the stream's columns; the block's number."""

class ManualClock:
    def __new__(cls, micros: int) -> ManualClock: ...
    def now_micros(self) -> int: ...
    def advance(self, micros: int) -> None: ...
    def set(self, micros: int) -> None: ...
    def wait_until_rest(self, timeout: float) -> bool:
        """Waits until every query that goes by this clock waits for it to be moved; false if
        `timeout` seconds were not enough."""

class StateBytes:
    """A processor's state in a batch: entries of bytes, each may have a moment (epoch
    milliseconds) at which it is due."""

    def get(self, key: bytes) -> tuple[int | None, bytes] | None: ...
    def put(self, key: bytes, due: int | None, value: bytes) -> None: ...
    def remove(self, key: bytes) -> bool:
        """Whether it was there."""
    def scan(self, prefix: bytes) -> list[tuple[bytes, tuple[int | None, bytes]]]:
        """The entries whose keys begin so, by key."""
    def due(self, first: int, until: int) -> list[tuple[int, bytes]]:
        """Moments and keys of the entries with that first byte that are due, by moment."""
    def count(self, updated: int, removed: int) -> None:
        """Adds to the rows of state that the progress record tells."""

class RowCodec:
    """Rows of a schema as bytes that mean the same in every process, and back."""

    def __new__(cls, schema: str, make_row: MakeRow) -> RowCodec: ...
    def encode(self, row: tuple[Any, ...]) -> bytes: ...
    def decode(self, bytes: bytes) -> Any: ...

def pivot(
    frame: Frame,
    keys: Sequence[Expr],
    column: Expr,
    values: Sequence[Expr],
    aggregates: Sequence[Expr],
) -> Frame: ...
def temporary_routines(session: Session) -> list[str]: ...
def stored_routines(session: Session, database: str | None) -> tuple[str, list[str]]: ...
def has_routine(session: Session, name: list[str]) -> bool: ...
def function_class(name: str) -> str | None: ...
def unpivot(
    frame: Frame,
    ids: Sequence[Expr],
    values: Sequence[Expr] | None,
    variable: str,
    value: str,
) -> Frame: ...
def check_nearest(count: int, mode: str, direction: str, kind: str) -> tuple[bool, bool]: ...
def check_ranking(frame: Frame) -> None: ...
def label_thread(
    tags: list[tuple[Session, str]], group: str | None, job_tags: list[str]
) -> None: ...
def interrupt(session: Session, tag: str | None = None, id: int | None = None) -> list[str]: ...
def cancel_jobs(group: str | None = None, tag: str | None = None) -> None: ...
def repartition(frame: Frame, kind: str, count: int | None, keys: list[Expr]) -> Frame: ...
def partitions(frame: Frame) -> int: ...

class LocalRows:
    def take(self) -> list[Any] | None: ...

def local_rows(
    frame: Frame, make_row: Callable[[tuple[str, ...], tuple[Any, ...]], Any]
) -> LocalRows: ...
def collect_partitions(
    frame: Frame, make_row: Callable[[tuple[str, ...], tuple[Any, ...]], Any]
) -> list[list[Any]]: ...
def sample(frame: Frame, lower: float, upper: float, seed: int) -> Frame: ...
def resample(frame: Frame, fraction: float, seed: int) -> Frame: ...
def with_uniform(frame: Frame, name: str, seed: int) -> Frame: ...
def kept(frame: Frame) -> Frame: ...
