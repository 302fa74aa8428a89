"""Variants in files: JSON and Parquet, and the formats that have none."""


def run(spark, ctx):
    df = spark.sql(
        """SELECT id, parse_json(j) AS v FROM VALUES (1, '{"b":1,"a":[1.5,null]}'), (2, '"text"'), (3, NULL) AS t(id, j)"""
    ).coalesce(1)
    folder = str(ctx.tmp_path / "json")
    df.write.json(folder)
    yield "json lines", spark.read.text(folder)
    yield "json as a variant", spark.read.schema("id int, v variant").json(folder)
    yield "json inferred", spark.read.json(folder)
    for kind in ("csv", "orc", "text"):
        path = str(ctx.tmp_path / kind)
        yield (
            kind,
            ctx.error(lambda kind=kind, path=path: df.select("v").write.format(kind).save(path)),
        )
    yield "partition", ctx.error(lambda: df.write.partitionBy("v").json(str(ctx.tmp_path / "p")))
    path = str(ctx.tmp_path / "parquet")
    df.write.parquet(path)
    yield "parquet", spark.read.parquet(path)
