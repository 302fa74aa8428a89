"""Figures of a frame by Plotly. What a trace holds is what PySpark 4.3.0's holds.

Numbers of whole columns (bins, quartiles, densities) are computed by the engine, in one or two
passes; only they and the rows that are drawn come into Python.
"""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from caudal.errors import PySparkTypeError, PySparkValueError
from caudal.sql import functions as F
from caudal.sql._frame_actions import _require_package
from caudal.sql._frame_base import quoted
from caudal.sql.column import Column
from caudal.sql.types import NumericType, Row

if TYPE_CHECKING:
    import pandas
    from plotly.graph_objs import Figure

    from caudal.sql.dataframe import DataFrame

_MOST_FLIERS = 1001


def plot_pyspark(data: DataFrame, kind: str, **kwargs: Any) -> Figure:
    """The figure of a kind; `kwargs` are the kind's own and Plotly's."""
    import plotly

    whole = {"pie": _pie, "box": _box, "kde": _kde, "density": _kde, "hist": _histogram}
    if kind in whole:
        return whole[kind](data, **kwargs)
    rows = {
        "bar": _first_rows,
        "barh": _first_rows,
        "area": _sample,
        "line": _sample,
        "scatter": _sample,
    }
    if kind not in rows:
        kinds = ", ".join(sorted([*whole, *rows, "pie"]))  # twice, as PySpark names them
        raise PySparkValueError(
            errorClass="UNSUPPORTED_PLOT_KIND",
            messageParameters={"plot_type": kind, "supported_plot_types": kinds},
        )
    return plotly.plot(rows[kind](data), kind, **kwargs)


# Rows that are drawn as they are.


def _most_rows(data: DataFrame) -> int:
    return int(data.sparkSession.conf.get("spark.sql.pyspark.plotting.max_rows") or 1000)


def _first_rows(data: DataFrame) -> pandas.DataFrame:
    return data.limit(_most_rows(data)).toPandas()


def _sample(data: DataFrame) -> pandas.DataFrame:
    """Rows chosen with equal chances, in the order that the frame has them."""
    most = _most_rows(data)
    names = [f"c{position}" for position in range(len(data.columns))]
    numbered = data.toDF(*names).select("*", F.monotonically_increasing_id().alias("at"))
    chosen = numbered.withColumn("chance", F.rand()).orderBy("chance").limit(most)
    return chosen.orderBy("at").drop("at", "chance").toDF(*data.columns).toPandas()


def _numbers(column: str | list[str] | None, data: DataFrame) -> list[str]:
    """The names of the columns to draw, checked; all that have numbers without any."""
    types = {field.name: field.dataType for field in data.schema.fields}
    if column is None:
        return [name for name, of in types.items() if isinstance(of, NumericType)]
    names = [column] if isinstance(column, str) else column
    for name in names:
        of = types.get(name)
        if not isinstance(of, NumericType):
            raise PySparkTypeError(
                errorClass="PLOT_INVALID_TYPE_COLUMN",
                messageParameters={
                    "col_name": name,
                    "valid_types": "NumericType",
                    "col_type": "None" if of is None else type(of).__name__,
                },
            )
    return names


def _only(data: DataFrame) -> Row:
    """The one row of an aggregate."""
    [row] = data.collect()
    return row


# Pies.


def _pie(data: DataFrame, **kwargs: Any) -> Figure:
    from plotly import express

    x, y = kwargs.pop("x", None), kwargs.pop("y", None)
    subplots = kwargs.pop("subplots", False)
    if y is None and not subplots:
        raise PySparkValueError(errorClass="UNSUPPORTED_PIE_PLOT_PARAM", messageParameters={})
    columns, rows = _numbers(y, data), _first_rows(data)
    if not subplots:
        return express.pie(rows, values=columns[0], names=x, **kwargs)
    from plotly.subplots import make_subplots

    places = [[{"type": "domain"}] * len(columns)]
    figure = make_subplots(rows=1, cols=len(columns), specs=places)
    for position, column in enumerate(columns, 1):
        [pie] = express.pie(rows, values=column, names=x, **kwargs).data
        figure.add_trace(pie, row=1, col=position)
    return figure


# Boxes.


def _box(data: DataFrame, **kwargs: Any) -> Figure:
    import plotly.graph_objs as go

    reach, precision = kwargs.pop("whis", 1.5), kwargs.pop("precision", 0.01)
    columns = _numbers(kwargs.pop("column", None), data)
    points, notched = kwargs.pop("boxpoints", "suspectedoutliers"), kwargs.pop("notched", False)
    if points not in ("suspectedoutliers", False):
        _refuse("boxpoints", points, "suspectedoutliers, False")
    if notched:
        _refuse("notched", notched, "False")
    figure = go.Figure()
    quartiles = _quartiles(data, columns, reach, precision)
    for position, (name, box) in enumerate(zip(columns, quartiles, strict=True)):
        whiskers, beyond = _whiskers(data, name, box)
        figure.add_trace(
            go.Box(
                x=[position],
                name=name,
                q1=[box["q1"]],
                median=[box["median"]],
                q3=[box["q3"]],
                mean=[box["mean"]],
                lowerfence=[whiskers[0]],
                upperfence=[whiskers[1]],
                y=[beyond] if beyond else None,
                boxpoints=points,
                notched=notched,
                **kwargs,
            )
        )
    figure["layout"]["yaxis"]["title"] = "value"
    return figure


def _refuse(option: str, value: object, allowed: str) -> None:
    raise PySparkValueError(
        errorClass="UNSUPPORTED_PLOT_BACKEND_PARAM",
        messageParameters={
            "backend": "plotly",
            "param": option,
            "value": str(value),
            "supported_values": allowed,
        },
    )


def _quartiles(data: DataFrame, columns: list[str], reach: float, precision: float) -> list[Any]:
    """Mean, quartiles and fences of each column, in one pass over the rows."""
    boxes = []
    for name in columns:
        column = quoted(name)
        three = F.percentile_approx(column, [0.25, 0.50, 0.75], int(1.0 / precision))
        q1, median, q3 = (F.get(three, i) for i in range(3))
        boxes.append(
            F.struct(
                F.mean(column).alias("mean"),
                q1.alias("q1"),
                median.alias("median"),
                q3.alias("q3"),
                (q1 - F.lit(reach) * (q3 - q1)).alias("low"),
                (q3 + F.lit(reach) * (q3 - q1)).alias("high"),
            )
        )
    return list(_only(data.select(*boxes)))


def _whiskers(data: DataFrame, name: str, box: Any) -> tuple[tuple[Any, Any], list[Any]]:
    """The least and the largest value within the fences, and the farthest ones beyond them."""
    value = F.col(quoted(name))
    within = value.between(F.lit(box["low"]), F.lit(box["high"]))
    least, largest = _only(data.where(within).select(F.min(value), F.max(value)))
    distance = F.abs(value - F.lit(box["median"]))
    farthest = data.where(~within).select(value.alias("v"), distance.alias("d"))
    ordered = farthest.orderBy(F.desc("d"), F.desc("v")).limit(_MOST_FLIERS)
    return (least, largest), [row["v"] for row in ordered.collect()]


# Histograms and densities.


def _range(data: DataFrame, columns: list[str]) -> tuple[Any, Any]:
    """The least and the largest value of all columns."""
    names = [quoted(name) for name in columns]
    least, largest = [F.min(name) for name in names], [F.max(name) for name in names]
    if len(names) == 1:
        return tuple(_only(data.select(*least, *largest)))
    return tuple(_only(data.select(F.least(*least), F.greatest(*largest))))


def _steps(first: Any, last: Any, count: int) -> list[float]:
    """`count` numbers at equal distances."""
    if count == 1:
        return [float(first)]
    step = (float(last) - float(first)) / (count - 1)
    return [first + step * i for i in range(count)]


def _histogram(data: DataFrame, **kwargs: Any) -> Figure:
    _require_package("pandas", "2.2.0")
    import pandas as pd
    import plotly.graph_objs as go

    columns = _numbers(kwargs.pop("column", None), data)
    first, last = _range(data, columns)
    if first == last:
        first, last = first - 0.5, last + 0.5
    edges = _steps(first, last, kwargs.get("bins", 10) + 1)
    assert len(edges) > 2, "the number of buckets must be higher than 2."
    counts = _only(data.select(*(count for name in columns for count in _counts(name, edges))))
    texts = _bins_as_text(edges)
    middles = [(low + high) / 2 for low, high in itertools.pairwise(edges)]
    size = len(middles)
    bars = [
        go.Bar(
            x=middles,
            y=pd.Series(counts[position * size : (position + 1) * size], name=name),
            name=name,
            text=texts,
            hovertemplate=f"variable={name}<br>value=%{{text}}<br>count=%{{y}}",
        )
        for position, name in enumerate(columns)
    ]
    known = inspect.signature(go.Layout).parameters
    layout = {name: value for name, value in kwargs.items() if name in known}
    figure = go.Figure(data=bars, layout=go.Layout(**layout))
    figure["layout"]["barmode"] = "stack"
    figure["layout"]["xaxis"]["title"] = "value"
    figure["layout"]["yaxis"]["title"] = "count"
    return figure


def _counts(name: str, edges: list[float]) -> list[Column]:
    """How many values each bin has: from its low edge to below its high one, the last with it."""
    value = F.col(quoted(name)).cast("double")
    last = len(edges) - 2
    return [
        F.count(
            F.when((value >= low) & ((value <= high) if position == last else (value < high)), 1)
        ).alias(f"n{position}")
        for position, (low, high) in enumerate(itertools.pairwise(edges))
    ]


def _bins_as_text(edges: list[float]) -> list[str]:
    short = [float(f"{edge:.9f}") for edge in edges]
    texts = [f"[{low}, {high})" for low, high in itertools.pairwise(short)]
    texts[-1] = f"{texts[-1][:-1]}]"
    return texts


def _kde(data: DataFrame, **kwargs: Any) -> Figure:
    _require_package("pandas", "2.2.0")
    import pandas as pd
    from plotly import express

    kwargs.setdefault("color", "names")
    width = kwargs.pop("bw_method", None)
    columns = _numbers(kwargs.pop("column", None), data)
    points = _points(data, columns, kwargs.pop("ind", None))
    assert width is not None and isinstance(width, (int, float)), (
        "'bw_method' must be set as a scalar number."
    )
    densities = _only(data.select(*(_density(name, width, points) for name in columns)))
    parts = [
        pd.DataFrame({"Density": density, "names": name, "index": points})
        for name, density in zip(columns, densities, strict=True)
    ]
    figure = express.line(pd.concat(parts), x="index", y="Density", **kwargs)
    figure["layout"]["xaxis"]["title"] = None
    return figure


def _points(data: DataFrame, columns: list[str], given: Any) -> Sequence[float]:
    """Where the density is estimated: half the range beyond it on both sides."""
    if given is not None and not isinstance(given, int):
        return [float(point) for point in given]
    least, largest = _range(data, columns)
    beyond = 0.5 * (largest - least)
    return _steps(least - beyond, largest + beyond, 1000 if given is None else given)


def _density(name: str, width: float, points: Sequence[float]) -> Column:
    """The mean of a normal distribution's density around each value, at each point."""
    scale = math.log(float(width)) + 0.5 * math.log(2 * math.pi)
    value = F.col(quoted(name)).cast("double")

    def at(point: float) -> Column:
        distance = (F.lit(point) - value) / F.lit(float(width))
        return F.avg(F.exp(F.lit(-0.5) * distance * distance - F.lit(scale)))

    return F.array(*(at(point) for point in points))
