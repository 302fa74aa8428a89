"""df.plot by every kind of rows: which traces, with which values, does a figure have?"""

from datetime import date, datetime


def run(spark, ctx):
    students = spark.createDataFrame(
        [("A", 50, 55.5), ("B", 55, None), ("C", 60, 65.25), ("B", -5, 0.0)],
        "student string, math int, physics double",
    )
    days = spark.createDataFrame(
        [(3, 5, date(2018, 1, 31), datetime(2018, 1, 31, 10)), (2, 9, date(2018, 2, 28), None)],
        "sales int, visits long, day date, at timestamp",
    )
    for kind in ("line", "bar", "barh", "area", "scatter"):
        draw = getattr(students.plot, kind)
        yield f"{kind} of a column", ctx.traces(draw(x="student", y="math"))
        yield f"{kind} of two", ctx.traces(draw(x="student", y=["math", "physics"]))
        yield f"{kind} by its name", ctx.traces(students.plot(kind=kind, x="math", y="physics"))
    yield "lines over days", ctx.traces(days.plot.line(x="day", y=["sales", "visits"]))
    yield "area over moments", ctx.traces(days.plot.area(x="at", y="sales"))
    yield "without a kind", ctx.traces(students.plot(x="math", y="physics"))
    yield "title", students.plot.bar(x="student", y="math", title="t").layout.title.text
    yield "pie", ctx.traces(students.plot.pie(x="student", y="math"))
    yield "pies", ctx.traces(students.plot.pie(x="student", y=None, subplots=True))
    yield "pies of chosen", ctx.traces(students.plot.pie(x="student", y=["physics"], subplots=True))
    spark.conf.set("spark.sql.pyspark.plotting.max_rows", "3")
    yield "first rows", ctx.traces(students.plot.bar(x="student", y="math"))
    [sampled] = ctx.traces(students.plot.line(x="student", y="math"))
    yield "sampled", len(sampled["x"])
    spark.conf.unset("spark.sql.pyspark.plotting.max_rows")
    yield "no rows", ctx.traces(students.where("math > 99").plot.bar(x="student", y="math"))
