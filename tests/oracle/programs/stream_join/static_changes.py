"""Is the table's side read anew for each batch?"""

from pyspark.sql import functions as F

LEFT = "lt TIMESTAMP, lk STRING, lv INT"


def clock(second):
    return f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"


def left(second, k, v=1):
    return {"lt": clock(second), "lk": k, "lv": v}


def run(spark, ctx):
    for how in ("a known file set", "a view"):
        folder = f"names {how}".replace(" ", "-")
        ctx.write_lines(f"{folder}/1.json", ['{"rk":"a","name":"first"}'])
        names = spark.read.schema("rk STRING, name STRING").json(ctx.path(folder))
        if how == "a view":
            names.createOrReplaceTempView("names")

        def build(source, how=how, names=names):
            table = spark.table("names") if how == "a view" else names
            return source("l", LEFT).join(table, F.expr("lk = rk"), "left")

        with ctx.script(build) as script:
            yield f"{how}: before", [batch["rows"] for batch in script.step(l=[left(1, "a")])]
            ctx.write_lines(
                f"{folder}/2.json", ['{"rk":"b","name":"second"}', '{"rk":"a","name":"third"}']
            )
            yield (
                f"{how}: file added",
                [batch["rows"] for batch in script.step(l=[left(2, "a"), left(2, "b")])],
            )
            script.restart()
            yield (
                f"{how}: after a restart",
                [batch["rows"] for batch in script.step(l=[left(3, "a"), left(3, "b")])],
            )
