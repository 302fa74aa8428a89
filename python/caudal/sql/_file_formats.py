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
        """XML files. Arguments are options; None leaves a default."""
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
        """XML files. Arguments are options; None leaves a default."""
        return self._file("xml", path, schema, _options_of(locals()))
