"""Every type in an ORC file of Spark's, nested ones, codecs, schemas of the reader's."""


def run(spark, ctx):
    path = ctx.fixture("orc/types.orc")
    yield "all", spark.read.orc(path)
    yield "some", spark.read.orc(path).select("text", "id")
    yield "no columns", spark.read.orc(path).groupBy().count()
    yield "filter", spark.read.orc(path).where("id > 2").select("day", "moment")
    yield "nested", spark.read.orc(ctx.fixture("orc/nested.orc"))
    for codec in ["none", "snappy", "zlib", "zstd", "lz4"]:
        yield codec, spark.read.orc(ctx.fixture(f"orc/codec_{codec}.orc"))
    yield "other case", spark.read.schema("ID long, TEXT string").orc(path)
    yield "missing column", spark.read.schema("id long, nothing int").orc(path)
    yield "wider", spark.read.schema("whole long, single double").orc(path)
    yield "merged", spark.read.option("mergeSchema", True).orc(ctx.fixture("orc/merge"))
    yield "sql", spark.sql(f"SELECT id FROM orc.`{path}`")
    yield "session zone", spark.read.format("orc").load(path).select("moment", "local")
