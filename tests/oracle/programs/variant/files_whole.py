"""A file of JSON whose records are read whole, each as a variant."""


def run(spark, ctx):
    path = ctx.write_lines("a.json", ['{"b":1,"a":[1.5,null]}', "[1,2]", "{", '"x"'])
    yield "records", spark.read.option("singleVariantColumn", "whole").json(str(path))
