"""The readers of each file format: long lists of options, one method a format.

Signatures are PySpark's; what an option means is decided by the compiled core, which refuses
the ones that it does not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

_NOT_OPTIONS = ("self", "path", "paths", "schema", "options")


def _options_of(arguments: dict[str, Any]) -> dict[str, Any]:
    """The options among a method's arguments, those left at None out."""
    found = {k: v for k, v in arguments.items() if k not in _NOT_OPTIONS and v is not None}
    found.update(arguments.get("options") or {})
    return found


class BatchFormats:
    """File formats of ``spark.read``."""

    def _file(self, fmt: str, path: Any, schema: Any, options: dict[str, Any]) -> DataFrame:
        raise NotImplementedError

    def csv(
        self,
        path: Any,
        schema: Any = None,
        sep: Any = None,
        encoding: Any = None,
        quote: Any = None,
        escape: Any = None,
        comment: Any = None,
        header: Any = None,
        inferSchema: Any = None,
        ignoreLeadingWhiteSpace: Any = None,
        ignoreTrailingWhiteSpace: Any = None,
        nullValue: Any = None,
        nanValue: Any = None,
        positiveInf: Any = None,
        negativeInf: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        maxColumns: Any = None,
        maxCharsPerColumn: Any = None,
        maxMalformedLogPerPartition: Any = None,
        mode: Any = None,
        columnNameOfCorruptRecord: Any = None,
        multiLine: Any = None,
        charToEscapeQuoteEscaping: Any = None,
        samplingRatio: Any = None,
        enforceSchema: Any = None,
        emptyValue: Any = None,
        locale: Any = None,
        lineSep: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        modifiedBefore: Any = None,
        modifiedAfter: Any = None,
        unescapedQuoteHandling: Any = None,
    ) -> DataFrame:
        """CSV files. Arguments are options; None leaves a default."""
        return self._file("csv", path, schema, _options_of(locals()))

    def json(
        self,
        path: Any,
        schema: Any = None,
        primitivesAsString: Any = None,
        prefersDecimal: Any = None,
        allowComments: Any = None,
        allowUnquotedFieldNames: Any = None,
        allowSingleQuotes: Any = None,
        allowNumericLeadingZero: Any = None,
        allowBackslashEscapingAnyCharacter: Any = None,
        mode: Any = None,
        columnNameOfCorruptRecord: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        multiLine: Any = None,
        allowUnquotedControlChars: Any = None,
        lineSep: Any = None,
        samplingRatio: Any = None,
        dropFieldIfAllNull: Any = None,
        encoding: Any = None,
        locale: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        modifiedBefore: Any = None,
        modifiedAfter: Any = None,
        allowNonNumericNumbers: Any = None,
        useUnsafeRow: Any = None,
    ) -> DataFrame:
        """JSON files, one value a line. Arguments are options; None leaves a default."""
        return self._file("json", path, schema, _options_of(locals()))

    def orc(
        self,
        path: Any,
        mergeSchema: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        modifiedBefore: Any = None,
        modifiedAfter: Any = None,
    ) -> DataFrame:
        """ORC files. Arguments are options; None leaves a default."""
        return self._file("orc", path, None, _options_of(locals()))

    def parquet(
        self,
        *paths: Any,
        **options: Any,
    ) -> DataFrame:
        """Parquet files. Arguments are options; None leaves a default."""
        return self._file("parquet", paths, None, _options_of(locals()))

    def text(
        self,
        paths: Any,
        wholetext: Any = False,
        lineSep: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        modifiedBefore: Any = None,
        modifiedAfter: Any = None,
    ) -> DataFrame:
        """Text files, a line a row in a column `value`; None leaves a default."""
        return self._file("text", paths, None, _options_of(locals()))

    def xml(
        self,
        path: Any,
        rowTag: Any = None,
        schema: Any = None,
        excludeAttribute: Any = None,
        attributePrefix: Any = None,
        valueTag: Any = None,
        ignoreSurroundingSpaces: Any = None,
        rowValidationXSDPath: Any = None,
        ignoreNamespace: Any = None,
        wildcardColName: Any = None,
        encoding: Any = None,
        inferSchema: Any = None,
        nullValue: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        mode: Any = None,
        columnNameOfCorruptRecord: Any = None,
        multiLine: Any = None,
        samplingRatio: Any = None,
        locale: Any = None,
    ) -> DataFrame:
        """XML files, a row for each element of one name. None leaves a default.

        Parameters
        ----------
        path
            A path, several, or a frame or RDD of texts that are a record each.
        rowTag
            The element of a row; required for files, here or as an option.
        schema
            A type or its DDL; without one all records are read to find it.
        excludeAttribute, attributePrefix, valueTag
            Whether attributes are left out (false); what the names of their columns begin
            with (``_``); the column of the text beside them (``_VALUE``).
        ignoreSurroundingSpaces, nullValue
            Whether white space around values is cut off (true); the text that means null.
        ignoreNamespace, wildcardColName
            Whether prefixes of names are cut off (false); the column that takes elements
            without a column (``xs_any``).
        encoding
            The character set; without it the document's own.
        inferSchema
            Whether types are looked for (true), or all values are strings.
        dateFormat, timestampFormat
            Patterns of dates and timestamps.
        mode, columnNameOfCorruptRecord
            What becomes of records that do not fit: ``PERMISSIVE``, ``DROPMALFORMED`` or
            ``FAILFAST``; the column that keeps them.
        multiLine
            Whether a file is one document (true), or each of its lines is.
        samplingRatio, locale, rowValidationXSDPath
            Refused by name, but for a ratio of 1 and English.

        Raises
        ------
        AnalysisException
            Without a row tag.

        Examples
        --------
        >>> texts = spark.createDataFrame([('<p id="1"><a>x</a></p>',)], "t string")
        >>> spark.read.xml(texts).show()
        +---+---+
        |_id|  a|
        +---+---+
        |  1|  x|
        +---+---+
        <BLANKLINE>
        """
        return self._file("xml", path, schema, _options_of(locals()))


class StreamFormats:
    """File formats of ``spark.readStream``."""

    def _file(self, fmt: str, path: Any, schema: Any, options: dict[str, Any]) -> DataFrame:
        raise NotImplementedError

    def csv(
        self,
        path: Any,
        schema: Any = None,
        sep: Any = None,
        encoding: Any = None,
        quote: Any = None,
        escape: Any = None,
        comment: Any = None,
        header: Any = None,
        inferSchema: Any = None,
        ignoreLeadingWhiteSpace: Any = None,
        ignoreTrailingWhiteSpace: Any = None,
        nullValue: Any = None,
        nanValue: Any = None,
        positiveInf: Any = None,
        negativeInf: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        maxColumns: Any = None,
        maxCharsPerColumn: Any = None,
        maxMalformedLogPerPartition: Any = None,
        mode: Any = None,
        columnNameOfCorruptRecord: Any = None,
        multiLine: Any = None,
        charToEscapeQuoteEscaping: Any = None,
        enforceSchema: Any = None,
        emptyValue: Any = None,
        locale: Any = None,
        lineSep: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        unescapedQuoteHandling: Any = None,
    ) -> DataFrame:
        """CSV files. Arguments are options; None leaves a default."""
        return self._file("csv", path, schema, _options_of(locals()))

    def json(
        self,
        path: Any,
        schema: Any = None,
        primitivesAsString: Any = None,
        prefersDecimal: Any = None,
        allowComments: Any = None,
        allowUnquotedFieldNames: Any = None,
        allowSingleQuotes: Any = None,
        allowNumericLeadingZero: Any = None,
        allowBackslashEscapingAnyCharacter: Any = None,
        mode: Any = None,
        columnNameOfCorruptRecord: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        multiLine: Any = None,
        allowUnquotedControlChars: Any = None,
        lineSep: Any = None,
        locale: Any = None,
        dropFieldIfAllNull: Any = None,
        encoding: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        allowNonNumericNumbers: Any = None,
        useUnsafeRow: Any = None,
    ) -> DataFrame:
        """JSON files, one value a line. Arguments are options; None leaves a default."""
        return self._file("json", path, schema, _options_of(locals()))

    def orc(
        self,
        path: Any,
        mergeSchema: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
    ) -> DataFrame:
        """ORC files. Arguments are options; None leaves a default."""
        return self._file("orc", path, None, _options_of(locals()))

    def parquet(
        self,
        path: Any,
        mergeSchema: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
        datetimeRebaseMode: Any = None,
        int96RebaseMode: Any = None,
    ) -> DataFrame:
        """Parquet files. Arguments are options; None leaves a default."""
        return self._file("parquet", path, None, _options_of(locals()))

    def text(
        self,
        path: Any,
        wholetext: Any = False,
        lineSep: Any = None,
        pathGlobFilter: Any = None,
        recursiveFileLookup: Any = None,
    ) -> DataFrame:
        """Text files, a line a row in a column `value`; None leaves a default."""
        return self._file("text", path, None, _options_of(locals()))

    def xml(
        self,
        path: Any,
        rowTag: Any = None,
        schema: Any = None,
        excludeAttribute: Any = None,
        attributePrefix: Any = None,
        valueTag: Any = None,
        ignoreSurroundingSpaces: Any = None,
        rowValidationXSDPath: Any = None,
        ignoreNamespace: Any = None,
        wildcardColName: Any = None,
        encoding: Any = None,
        inferSchema: Any = None,
        nullValue: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        mode: Any = None,
        columnNameOfCorruptRecord: Any = None,
        multiLine: Any = None,
        samplingRatio: Any = None,
        locale: Any = None,
    ) -> DataFrame:
        """XML files; arguments are those of ``spark.read.xml``. None leaves a default."""
        return self._file("xml", path, schema, _options_of(locals()))
