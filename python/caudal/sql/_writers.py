"""Writers of batch frames: ``df.write``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal._missing import not_implemented
from caudal.errors import PySparkValueError
from caudal.errors._native import _from_native
from caudal.sql._clusters import check_clusters
from caudal.sql._convert import not_expected, require
from caudal.sql._options import Options, one_path
from caudal.sql.column import Column

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame


class DataFrameWriter:
    """Writes a frame to files.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.mkdtemp() + "/even"
    >>> spark.range(0, 4, 2).write.mode("overwrite").json(folder)
    >>> spark.read.schema("id long").json(folder).count()
    2
    """

    def __init__(self, df: DataFrame):
        self._df = df
        self._spark = df.sparkSession
        self._format: str | None = None
        self._mode: str | None = None
        self._partitions: list[str] = []
        # How many buckets, and by which columns.
        self._buckets: tuple[int, list[str]] | None = None
        self._sort_by: list[str] = []
        self._clusters: list[str] = []
        self._options = Options()

    def format(self, source: str) -> DataFrameWriter:
        """The format: ``json``, ``csv``, ``text``, ``parquet``, ``orc``, ``avro``, ``noop``."""
        require(source, str, "source", "str")
        self._format = source
        return self

    def mode(self, saveMode: str | None) -> DataFrameWriter:
        """What happens to what is there.

        Parameters
        ----------
        saveMode
            ``append``, ``overwrite``, ``ignore``, or ``error`` (also ``errorifexists``, the
            default).

        Raises
        ------
        AnalysisException
            For another mode (``INVALID_SAVE_MODE``).
        """
        if saveMode:
            require(saveMode, str, "saveMode", "str")
            _native.check_save_mode(saveMode)
            self._mode = saveMode
        return self

    def option(self, key: str, value: Any) -> DataFrameWriter:
        """Sets an option of the format."""
        self._options.set(key, value)
        return self

    def options(self, **options: Any) -> DataFrameWriter:
        """Sets several options of the format."""
        self._options.update(options)
        return self

    def partitionBy(self, *cols: Any) -> DataFrameWriter:
        """A folder for each combination of the columns' values: ``k=a/n=1``. The columns are
        then not in the files."""
        names = cols[0] if len(cols) == 1 and isinstance(cols[0], (list, tuple)) else cols
        for name in names:
            if isinstance(name, Column):
                iter(name)  # raises, as it does where PySpark takes it for a list
            require(name, str, "cols", "str")
        self._partitions = list(names)
        return self

    def bucketBy(self, numBuckets: int, col: Any, *cols: Any) -> DataFrameWriter:
        """Rows with the same values of some columns go to files of the same number.

        Which number follows from Spark's hash of the values: Spark finds the rows where it
        would have put them. Only tables have buckets.

        Parameters
        ----------
        numBuckets
            How many, from 1 to ``spark.sql.sources.bucketing.maxBuckets``.
        col, cols
            The columns, or a list of them.

        Examples
        --------
        >>> writer = spark.range(100).write.mode("overwrite").bucketBy(4, "id")
        >>> writer.sortBy("id").saveAsTable("dealt")
        >>> spark.table("dealt").count()
        100
        >>> _ = spark.sql("DROP TABLE dealt")
        """
        require(numBuckets, int, "numBuckets", "int")
        self._buckets = (numBuckets, self._named(col, cols))
        return self

    def sortBy(self, col: Any, *cols: Any) -> DataFrameWriter:
        """In which order rows lie in each file of a bucket, ascending; see :meth:`bucketBy`."""
        self._sort_by = self._named(col, cols)
        return self

    def _named(self, col: Any, cols: tuple[Any, ...]) -> list[str]:
        if isinstance(col, (list, tuple)):
            if cols:
                kind = type(col).__name__
                raise PySparkValueError(
                    errorClass="CANNOT_SET_TOGETHER",
                    messageParameters={"arg_list": f"`col` of type {kind} and `cols`"},
                )
            col, cols = col[0], tuple(col[1:])
        for name in cols:
            if not isinstance(name, str):
                not_expected("cols", "list[str]", name)
        if not isinstance(col, str):
            not_expected("col", "list[str]", col)
        return [col, *cols]

    def clusterBy(self, *cols: Any) -> DataFrameWriter:
        """Columns by whose values the files of a table should be near each other.

        As in Spark, a table of files keeps them and ``DESCRIBE`` tells them; rows lie as they
        would without, and files that are no table's do not show it.
        """
        names = cols[0] if len(cols) == 1 and isinstance(cols[0], (list, tuple)) else cols
        if not names:
            raise AssertionError("clusterBy needs one or more clustering columns.")
        for name in names:
            require(name, str, "cols", "str")
        self._clusters = list(names)
        return self

    def save(
        self,
        path: str | None = None,
        format: str | None = None,
        mode: str | None = None,
        partitionBy: str | list[str] | None = None,
        **options: Any,
    ) -> None:
        """Writes the rows; when it returns, they are there.

        A file appears whole or not at all: it is written below ``_temporary`` in the folder
        and gets its name at the end.

        Parameters
        ----------
        path
            The folder.
        format, mode, partitionBy, options
            As in the methods of these names.

        Raises
        ------
        AnalysisException
            If the folder is there and the mode says so (``PATH_ALREADY_EXISTS``), for a type
            that the format does not hold, or for columns of one name.
        """
        self.mode(mode).options(**options)
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        if format is not None:
            self.format(format)
        chosen = self._format or self._spark.conf.get("spark.sql.sources.default", "parquet")
        if self._buckets or self._sort_by:
            self._refuse_buckets("save")
        check_clusters(self._clusters, self._partitions, self._buckets)
        one_path(self._options, path, "save")
        if self._format is not None and self._spark._data_sources:
            from caudal.sql import _data_sinks, _data_sources

            source = _data_sources.find(self._spark, self._format)
            if source is not None:
                if self._partitions:
                    not_implemented("partitionBy with a Python data source")
                _data_sinks.save(self._df, source, self._mode, self._options.all())
                return
        with self._df._watched("save"):
            self._df._frame.write(
                str(chosen),
                self._mode,
                self._options.all(),
                self._partitions,
                self._df._is_single,
            )

    def _refuse_buckets(self, operation: str) -> None:
        if not self._buckets:
            raise _from_native(
                "AnalysisException",
                "[SORT_BY_WITHOUT_BUCKETING] sortBy must be used together with bucketBy. "
                "SQLSTATE: 42601",
                "SORT_BY_WITHOUT_BUCKETING",
                {},
                "42601",
                None,
            )
        number, what = ("1313", "bucketBy and sortBy") if self._sort_by else ("1312", "bucketBy")
        raise _from_native(
            "AnalysisException",
            f"'{operation}' does not support {what} right now.",
            f"_LEGACY_ERROR_TEMP_{number}",
            {"operation": operation},
            None,
            None,
        )

    def _file(self, fmt: str, path: str, mode: str | None, options: dict[str, Any]) -> None:
        # An argument that is not given leaves the option as it was set before.
        given = {name: value for name, value in options.items() if value is not None}
        self.mode(mode).options(**given)
        self.format(fmt).save(path)

    def json(
        self,
        path: str,
        mode: str | None = None,
        compression: str | None = None,
        dateFormat: str | None = None,
        timestampFormat: str | None = None,
        lineSep: str | None = None,
        encoding: str | None = None,
        ignoreNullFields: bool | str | None = None,
    ) -> None:
        """JSON files, an object a line. Arguments are options; None leaves a default."""
        options = {
            "compression": compression,
            "dateFormat": dateFormat,
            "timestampFormat": timestampFormat,
            "lineSep": lineSep,
            "encoding": encoding,
            "ignoreNullFields": ignoreNullFields,
        }
        self._file("json", path, mode, options)

    def parquet(
        self,
        path: str,
        mode: str | None = None,
        partitionBy: str | list[str] | None = None,
        compression: str | None = None,
    ) -> None:
        """Parquet files."""
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        self._file("parquet", path, mode, {"compression": compression})

    def text(self, path: str, compression: str | None = None, lineSep: str | None = None) -> None:
        """Text files of a frame with one column of strings, a row a line."""
        self._file("text", path, None, {"compression": compression, "lineSep": lineSep})

    def csv(
        self,
        path: str,
        mode: str | None = None,
        compression: str | None = None,
        sep: str | None = None,
        quote: str | None = None,
        escape: str | None = None,
        header: bool | str | None = None,
        nullValue: str | None = None,
        escapeQuotes: bool | str | None = None,
        quoteAll: bool | str | None = None,
        dateFormat: str | None = None,
        timestampFormat: str | None = None,
        ignoreLeadingWhiteSpace: bool | str | None = None,
        ignoreTrailingWhiteSpace: bool | str | None = None,
        charToEscapeQuoteEscaping: str | None = None,
        encoding: str | None = None,
        emptyValue: str | None = None,
        lineSep: str | None = None,
    ) -> None:
        """CSV files. Arguments are options; None leaves a default."""
        options = dict(locals())
        for name in ("self", "path", "mode"):
            del options[name]
        self._file("csv", path, mode, options)

    def orc(
        self,
        path: str,
        mode: str | None = None,
        partitionBy: str | list[str] | None = None,
        compression: str | None = None,
    ) -> None:
        """ORC files."""
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        self._file("orc", path, mode, {"compression": compression})

    def insertInto(self, tableName: str, overwrite: bool | None = None) -> None:
        """Adds the rows to a table of the warehouse, column by column in their order.

        Parameters
        ----------
        tableName
            A table that is there.
        overwrite
            Whether the rows replace those of the table; without it the mode says so.

        Raises
        ------
        AnalysisException
            For a table that is not there (``TABLE_OR_VIEW_NOT_FOUND``), another number of
            columns (``INSERT_COLUMN_ARITY_MISMATCH``) or a type that does not fit.

        Examples
        --------
        >>> spark.range(2).write.mode("overwrite").saveAsTable("few_numbers")
        >>> spark.range(5, 7).write.insertInto("few_numbers")
        >>> spark.table("few_numbers").count()
        4
        >>> _ = spark.sql("DROP TABLE few_numbers")
        """
        if self._buckets or self._sort_by:
            self._refuse_buckets("insertInto")
        if self._partitions:
            raise _from_native(
                "AnalysisException",
                "[PARTITION_BY_NOT_ALLOWED_WITH_INSERT_INTO] partitionBy() cannot be used with "
                f"insertInto(). Partition columns for table {tableName} are determined by the "
                "table definition. SQLSTATE: 42601",
                "PARTITION_BY_NOT_ALLOWED_WITH_INSERT_INTO",
                {"tableName": tableName},
                "42601",
                None,
            )
        if "partitionoverwritemode" in {name.lower() for name in self._options.all()}:
            not_implemented(
                "the option partitionOverwriteMode of insertInto (set it in spark.conf)"
            )
        if overwrite is None:
            overwrite = (self._mode or "").lower() == "overwrite"
        with self._df._watched("write"):
            self._df._frame.write_table(
                tableName, "", None, {}, [], self._df._is_single, bool(overwrite)
            )

    def jdbc(
        self,
        url: str,
        table: str,
        mode: str | None = None,
        properties: dict[str, str] | None = None,
    ) -> None:
        """A table of a database over JDBC (there is no JVM)."""
        not_implemented("DataFrameWriter.jdbc")

    def saveAsTable(
        self,
        name: str,
        format: str | None = None,
        mode: str | None = None,
        partitionBy: str | list[str] | None = None,
        **options: Any,
    ) -> None:
        """Writes the rows into a table of the warehouse.

        The warehouse is the folder ``spark.sql.warehouse.dir``; its tables outlive the
        session. With the option ``path`` the rows are in that folder instead.

        Parameters
        ----------
        name
            The table: ``t`` or ``default.t``.
        format, mode, partitionBy, options
            As in the methods of these names. Rows that are appended go by the columns'
            names.

        Raises
        ------
        AnalysisException
            If the table is there and the mode says so (``TABLE_OR_VIEW_ALREADY_EXISTS``), or
            rows to append do not fit it.

        Examples
        --------
        >>> spark.range(3).write.mode("overwrite").saveAsTable("three_numbers")
        >>> spark.table("three_numbers").count()
        3
        >>> _ = spark.sql("DROP TABLE three_numbers")
        """
        self.mode(mode).options(**options)
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        if format is not None:
            self.format(format)
        if self._sort_by and not self._buckets:
            self._refuse_buckets("saveAsTable")
        check_clusters(self._clusters, self._partitions, self._buckets)
        buckets = (*self._buckets, self._sort_by) if self._buckets else None
        chosen = self._format or self._spark.conf.get("spark.sql.sources.default", "parquet")
        with self._df._watched("write"):
            self._df._frame.write_table(
                name,
                str(chosen),
                self._mode,
                self._options.all(),
                self._partitions,
                self._df._is_single,
                buckets=buckets,
                cluster_by=self._clusters,
            )

    def xml(
        self,
        path: str,
        rowTag: str | None = None,
        mode: str | None = None,
        attributePrefix: str | None = None,
        valueTag: str | None = None,
        rootTag: str | None = None,
        declaration: bool | str | None = None,
        arrayElementName: str | None = None,
        nullValue: str | None = None,
        dateFormat: str | None = None,
        timestampFormat: str | None = None,
        compression: str | None = None,
        encoding: str | None = None,
        validateName: bool | str | None = None,
    ) -> None:
        """XML files: an element a row, inside one root element.

        Parameters
        ----------
        path
            The folder.
        rowTag
            The element of a row; required, here or as an option.
        mode
            What to do where the folder has files: ``append``, ``overwrite``, ``ignore`` or
            ``error``.
        attributePrefix
            Columns whose names begin so are attributes (``_``).
        valueTag
            The column that is the text of an element (``_VALUE``).
        rootTag
            The element around the rows (``ROWS``).
        declaration
            What stands between ``<?xml`` and ``?>``; empty for none.
        arrayElementName
            The element of an item of a list in a list (``item``).
        nullValue
            What stands for null; without it a null is left out.
        dateFormat, timestampFormat
            Patterns of dates and timestamps.
        compression
            ``none``, ``gzip``, ``bzip2``, ``deflate``, ``snappy`` or ``lz4``.
        encoding
            The character set, ``UTF-8`` if none is named.
        validateName
            Whether names that XML does not have are refused (true).

        Raises
        ------
        AnalysisException
            Without a row tag; where the folder has files and the mode is ``error``.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     df = spark.createDataFrame([(1, "a")], "n int, s string")
        ...     df.write.xml(f"{folder}/out", rowTag="row")
        ...     spark.read.xml(f"{folder}/out", rowTag="row").show()
        +---+---+
        |  n|  s|
        +---+---+
        |  1|  a|
        +---+---+
        <BLANKLINE>
        """
        options = {
            "rowTag": rowTag,
            "attributePrefix": attributePrefix,
            "valueTag": valueTag,
            "rootTag": rootTag,
            "declaration": declaration,
            "arrayElementName": arrayElementName,
            "nullValue": nullValue,
            "dateFormat": dateFormat,
            "timestampFormat": timestampFormat,
            "compression": compression,
            "encoding": encoding,
            "validateName": validateName,
        }
        self._file("xml", path, mode, options)
