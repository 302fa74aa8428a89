"""`DataFrame` methods about partitions, hints, samples and checkpoints.

A frame's rows are computed together and come in the order of Spark's partitions, whose
numbers are there where somebody asks (``spark_partition_id``, ``rdd``, samples). A hint is
noted by nobody, but for those that are another way to say ``repartition`` or ``coalesce``.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.errors import (
    IllegalArgumentException,
    PySparkTypeError,
    PySparkValueError,
)
from caudal.errors._native import _from_native
from caudal.sql._convert import column_expr, not_expected, require
from caudal.sql._frame_base import FrameBase, quoted
from caudal.sql.column import Column
from caudal.sql.types import MapType

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

_ROW_NUMBER = "_uniform"


class FramePartitions(FrameBase):
    """Methods that leave the columns as they are."""

    def repartition(self, numPartitions: Any, *cols: Any) -> DataFrame:
        """The same rows in another number of partitions, or by columns.

        Parameters
        ----------
        numPartitions
            A number, or the first column.
        cols
            Columns whose equal values go to one partition.

        Raises
        ------
        IllegalArgumentException
            For a number that is not positive.

        Examples
        --------
        >>> spark.range(4).repartition(2).rdd.getNumPartitions()
        2
        >>> spark.range(0, 6, 1, 1).repartition(2, "id").rdd.glom().map(len).collect()
        [4, 2]
        """
        if not isinstance(numPartitions, (int, str, Column)) or isinstance(numPartitions, bool):
            not_expected("numPartitions", "Column or str", numPartitions)
        if isinstance(numPartitions, int) and not cols:
            return self._dealt("round", numPartitions, ())
        return self._dealt_by("hash", numPartitions, cols)

    def repartitionByRange(self, numPartitions: Any, *cols: Any) -> DataFrame:
        """The same rows in partitions by ranges of columns.

        Raises
        ------
        PySparkValueError
            For a number without a column (``CANNOT_BE_EMPTY``).
        """
        if isinstance(numPartitions, int) and not cols:
            raise PySparkValueError(
                errorClass="CANNOT_BE_EMPTY",
                messageParameters={"item": "partition-by expression"},
            )
        if not isinstance(numPartitions, (int, str, Column)) or isinstance(numPartitions, bool):
            not_expected("numPartitions", "Column, int or str", numPartitions)
        return self._dealt_by("range", numPartitions, cols)

    def repartitionById(self, numPartitions: int, partitionIdCol: Any) -> DataFrame:
        """The same rows in the partitions that a column names.

        Parameters
        ----------
        numPartitions
            How many there are; a number beyond them stands for its remainder, null for 0.
        partitionIdCol
            A column of whole numbers (``INT``), or its name.

        Raises
        ------
        PySparkValueError
            For a number that is not positive (``VALUE_NOT_POSITIVE``).
        AnalysisException
            For a column of another type (``DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE``).

        Examples
        --------
        >>> few = spark.range(0, 4, 1, 1).selectExpr("cast(id as int) as id")
        >>> few.repartitionById(2, "id").collect()
        [Row(id=0), Row(id=2), Row(id=1), Row(id=3)]
        """
        if not isinstance(numPartitions, int) or isinstance(numPartitions, bool):
            not_expected("numPartitions", "int", numPartitions)
        if numPartitions <= 0:
            raise PySparkValueError(
                errorClass="VALUE_NOT_POSITIVE",
                messageParameters={"arg_name": "numPartitions", "arg_value": str(numPartitions)},
            )
        return self._dealt("id", numPartitions, (partitionIdCol,))

    def coalesce(self, numPartitions: int) -> DataFrame:
        """The same rows in at most `numPartitions` partitions: whole ones are put together.

        Raises
        ------
        IllegalArgumentException
            For a number that is not positive.

        Examples
        --------
        >>> spark.range(0, 10, 1, 4).coalesce(2).rdd.getNumPartitions()
        2
        """
        require(numPartitions, int, "numPartitions", "int")
        frame = self._dealt("fewer", numPartitions, ())
        frame._is_single = numPartitions == 1
        return frame

    def _dealt_by(self, kind: str, number: Any, cols: tuple[Any, ...]) -> DataFrame:
        if not isinstance(number, int):
            return self._dealt(kind, None, (number, *cols))
        return self._dealt(kind, number, cols)

    def _dealt(self, kind: str, number: int | None, cols: tuple[Any, ...]) -> DataFrame:
        if number is not None and number <= 0:
            raise IllegalArgumentException(
                f"requirement failed: Number of partitions ({number}) must be positive."
            )
        keys = [column_expr(c) for c in cols]
        return self._with(_native.repartition(self._frame, kind, number, keys))

    def hint(self, name: str, *parameters: Any) -> DataFrame:
        """The frame with advice for Spark's planner, which changes no result.

        Parameters
        ----------
        name
            What is advised: ``broadcast``, ``repartition``, …; an unknown one is passed over.
        parameters
            Names, numbers, columns or lists of these.

        Raises
        ------
        PySparkTypeError
            For other kinds of arguments.
        """
        if len(parameters) == 1 and isinstance(parameters[0], list):
            parameters = tuple(parameters[0])
        require(name, str, "name", "str")
        kinds = "str, float, int, Column, list[str], list[float], list[int]"
        for parameter in parameters:
            items = parameter if isinstance(parameter, list) else [parameter]
            allowed = (
                (str, float, int) if isinstance(parameter, list) else (str, float, int, Column)
            )
            for item in items:
                if not isinstance(item, allowed):
                    raise PySparkTypeError(
                        errorClass="DISALLOWED_TYPE_FOR_CONTAINER",
                        messageParameters={
                            "arg_name": "parameters",
                            "arg_type": type(parameters).__name__,
                            "allowed_types": kinds,
                            "item_type": type(item).__name__,
                        },
                    )
        if name.lower() == "coalesce" and not _is_number(parameters):
            raise _from_native(
                "AnalysisException",
                f"{name.upper()} Hint expects a partition number as a parameter.",
                "_LEGACY_ERROR_TEMP_1048",
                {"hintName": name.upper()},
                None,
                None,
            )
        return self._advised(name.lower(), parameters)

    def _advised(self, name: str, parameters: tuple[Any, ...]) -> DataFrame:
        numbers = [p for p in parameters if isinstance(p, int) and not isinstance(p, bool)]
        cols = tuple(p for p in parameters if isinstance(p, (str, Column)))
        number = numbers[0] if numbers else None
        if name == "coalesce" and number is not None:
            return self._dealt("fewer", number, ())
        if name == "repartition" and (cols or number is not None):
            return self._dealt("hash" if cols else "round", number, cols)
        if name == "repartition_by_range" and cols:
            return self._dealt("range", number, cols)
        return self._with(self._frame)

    def sample(
        self, withReplacement: Any = None, fraction: Any = None, seed: Any = None
    ) -> DataFrame:
        """A random part of the rows, each taken or not by itself.

        Parameters
        ----------
        withReplacement
            Whether a row may be taken several times. May be left out.
        fraction
            From 0 to 1: how likely a row is taken; with replacement how often in the mean.
        seed
            With the same one the same rows are taken: those that Spark takes from the same
            partitions.

        Raises
        ------
        PySparkTypeError
            For other kinds of arguments (``NOT_EXPECTED_TYPE``).

        Examples
        --------
        >>> spark.range(10).sample(fraction=1.0, seed=3).count()
        10
        """
        is_given = isinstance(withReplacement, bool) and isinstance(fraction, float)
        is_keyword = withReplacement is None and isinstance(fraction, float)
        is_omitted = isinstance(withReplacement, float)
        if not (is_given or is_keyword or is_omitted):
            kinds = [type(a).__name__ for a in (withReplacement, fraction, seed)]
            raise PySparkTypeError(
                errorClass="NOT_EXPECTED_TYPE",
                messageParameters={
                    "expected_type": "bool, float or int",
                    "arg_name": "withReplacement (optional), "
                    "fraction (required) and seed (optional)",
                    "arg_type": ", ".join(kinds),
                },
            )
        if is_omitted:
            # As in PySpark the second argument is the seed then, and one by name is not seen.
            seed = fraction
            fraction = withReplacement
            withReplacement = None
        if withReplacement:
            if fraction < 0:
                raise _sampling(
                    f"Sampling fraction ({fraction}) must be nonnegative with replacement"
                )
            return self._with(_native.resample(self._frame, fraction, _seed(seed)))
        if not 0 <= fraction <= 1:
            raise _sampling(
                f"Sampling fraction ({fraction}) must be on interval [0, 1] without replacement"
            )
        return self._with(_native.sample(self._frame, 0.0, fraction, _seed(seed)))

    def randomSplit(self, weights: list[float], seed: int | None = None) -> list[DataFrame]:
        """The rows in random parts, as large as their weights say.

        Parameters
        ----------
        weights
            One a part; none may be negative, their sum is as good as 1.
        seed
            With the same one the same rows go to the same part.

        Raises
        ------
        PySparkValueError
            For a negative weight (``VALUE_NOT_POSITIVE``).
        """
        for weight in weights:
            if weight < 0:
                raise PySparkValueError(
                    errorClass="VALUE_NOT_POSITIVE",
                    messageParameters={"arg_name": "weights", "arg_value": str(weight)},
                )
        total = sum(weights)
        if total <= 0:
            shown = ",".join(str(float(w)) for w in weights)
            raise IllegalArgumentException(
                f"requirement failed: Sum of weights must be positive, but got [{shown}]"
            )
        number = _seed(seed)
        # The same rows in the same order whenever a part is computed.
        fields = self._with(self._frame).schema.fields
        keys = [self._frame.column(quoted(f.name)) for f in fields if _has_order(f.dataType)]
        frame = self._frame.sort(keys, False) if keys else self._frame
        parts, lower = [], 0.0
        for weight in weights:
            upper = lower + weight / total
            parts.append(self._with(_native.sample(frame, lower, upper, number)))
            lower = upper
        return parts

    def sampleBy(self, col: Any, fractions: Any, seed: Any = None) -> DataFrame:
        """A random part of the rows, by the values of a column.

        Parameters
        ----------
        col
            A column or its name.
        fractions
            Of some values how likely their rows are taken; others are not.
        seed
            With the same one the same rows are taken.
        """
        if not isinstance(col, (str, Column)):
            not_expected("col", "Column or str", col)
        require(fractions, dict, "fractions", "dict")
        for key in fractions:
            if not isinstance(key, (float, int, str)):
                raise PySparkTypeError(
                    errorClass="DISALLOWED_TYPE_FOR_CONTAINER",
                    messageParameters={
                        "arg_name": "fractions",
                        "arg_type": "dict",
                        "allowed_types": "float, int, str",
                        "item_type": type(key).__name__,
                    },
                )
        names = self._frame.columns
        name = _ROW_NUMBER
        while name in names:
            name += "_"
        column = column_expr(col)
        drawn = _native.with_uniform(self._frame, name, _seed(seed))
        limits = [
            (
                _native.Expr.call("=", [column, _native.Expr.literal(key)]),
                _native.Expr.literal(float(share)),
            )
            for key, share in fractions.items()
        ]
        limit = _native.Expr.case(limits, _native.Expr.literal(0.0))
        taken = drawn.filter(_native.Expr.call("<", [drawn.column(name), limit]))
        return self._with(taken.drop([_native.Expr.attribute(quoted(name))]))

    def checkpoint(self, eager: bool = True) -> DataFrame:
        """The rows as they are, kept apart from what the frame was made of.

        They are kept in memory and go with the frame; nothing is written to the folder of
        ``spark.sparkContext.setCheckpointDir``, which must be set all the same.

        Parameters
        ----------
        eager
            Whether the rows are computed now. They always are.
        """
        context = self._session.sparkContext
        if context.getCheckpointDir() is None:
            raise _from_native(
                "SparkException",
                "Checkpoint directory has not been set in the SparkContext",
                "_LEGACY_ERROR_TEMP_3016",
                {},
                None,
                None,
            )
        return self._kept()

    def localCheckpoint(self, eager: bool = True, storageLevel: Any = None) -> DataFrame:
        """The rows as they are, kept in memory apart from what the frame was made of.

        Parameters
        ----------
        eager
            Whether the rows are computed now. They always are.
        storageLevel
            Where they are kept: memory, whatever it says.
        """
        return self._kept()

    def _kept(self) -> DataFrame:
        return self._with(_native.kept(self._frame))


def _is_number(parameters: tuple[Any, ...]) -> bool:
    return (
        len(parameters) == 1
        and isinstance(parameters[0], int)
        and not isinstance(parameters[0], bool)
    )


def _has_order(kind: Any) -> bool:
    return not isinstance(kind, MapType)


def _seed(seed: Any) -> int:
    if seed is None:
        return random.randint(0, sys.maxsize)
    return int(seed)


def _sampling(message: str) -> Exception:
    return IllegalArgumentException("requirement failed: " + message)
