"""df.plot of whole columns: the bins, boxes and densities that a figure's traces hold."""

from decimal import Decimal


def run(spark, ctx):
    scores = spark.createDataFrame(
        [
            ("A", 50, 55.5, Decimal("1.10")), ("B", 55, 60.0, Decimal("2.20")),
            ("C", 60, 65.25, Decimal("3.30")), ("D", 65, None, None), ("E", 70, 75.0, Decimal(5)),
            ("F", 10, 15.0, Decimal(6)), ("G", 85, 90.0, Decimal(7)), ("H", 5, 150.0, Decimal(8)),
            ("I", 500, 61.0, Decimal(9)), ("J", -400, 62.0, Decimal(10)),
        ],
        "student string, math int, english double, paid decimal(10,2)",
    )  # fmt: skip
    yield "hist", ctx.traces(scores.plot.hist())
    figure = scores.where("math = 50").plot.hist(column=["math"], bins=2, title="t")
    yield "hist of one value", ctx.traces(figure)
    layout = figure.layout
    yield "hist layout", [
        layout.barmode, layout.xaxis.title.text, layout.yaxis.title.text, layout.title.text,
    ]  # fmt: skip
    yield "box", ctx.traces(scores.plot.box())
    yield (
        "box without points",
        ctx.traces(scores.plot.box(column="math", boxpoints=False, whis=100, precision=0.5)),
    )
    many = spark.range(3000).selectExpr("case when id < 1500 then 0 else id * id end as n")
    box = ctx.traces(many.plot.box(column="n", whis=0.0))[0]
    yield "many beyond", [len(box["y"][0]), box["y"][0][:3], box["y"][0][-3:]]
    for label, figure in (
        ("kde", scores.plot.kde(bw_method=5, column=["math", "english"], ind=7)),
        ("density", scores.plot(kind="density", bw_method=3, column="math", ind=[50.0, 61.5])),
    ):
        for trace in figure.data:
            rows = [(float(x), float(y)) for x, y in zip(trace.x, trace.y, strict=True)]
            frame = spark.createDataFrame(rows, "x double, y double")
            yield f"{label} {trace.name}", ctx.close(frame)
