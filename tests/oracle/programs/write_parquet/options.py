"""Which compressions do Parquet and ORC take, and how do they name their files?"""


def run(spark, ctx):
    df = spark.range(3).coalesce(1)
    codecs = {
        "parquet": ("snappy", "gzip", "zstd", "lz4", "lz4_raw", "brotli", "none", "uncompressed"),
        "orc": ("snappy", "zlib", "zstd", "lz4", "none", "uncompressed"),
    }
    for fmt, names in codecs.items():
        for codec in (*names, "SNAPPY", "what", ""):
            place = f"{fmt}-{codec}-{codec.isupper()}"

            def write(fmt=fmt, codec=codec, place=place):
                df.write.format(fmt).option("compression", codec).save(ctx.path(place))
                return [ctx.files(place), spark.read.format(fmt).load(ctx.path(place)).count()]

            if (fmt, codec) != ("parquet", "brotli"):  # needs a native library there
                yield f"{fmt}, {codec!r}", ctx.outcome(write)
        df.write.format(fmt).save(ctx.path(f"{fmt}-default"))
        yield f"{fmt}, default", ctx.files(f"{fmt}-default")
    df.write.option("parquet.compression", "gzip").parquet(ctx.path("p1"))
    yield "parquet.compression", ctx.files("p1")
    df.write.option("orc.compress", "SNAPPY").orc(ctx.path("o1"))
    yield "orc.compress", ctx.files("o1")
    spark.conf.set("spark.sql.parquet.compression.codec", "zstd")
    df.write.parquet(ctx.path("p2"))
    yield "setting", ctx.files("p2")
    spark.conf.unset("spark.sql.parquet.compression.codec")
    yield (
        "setting refused",
        ctx.error(lambda: spark.conf.set("spark.sql.parquet.compression.codec", "what")),
    )
    df.write.save(ctx.path("p3"))
    yield "default format", ctx.files("p3")
    spark.conf.set("spark.sql.sources.default", "json")
    df.write.save(ctx.path("p4"))
    yield "another default format", ctx.files("p4")
    spark.conf.unset("spark.sql.sources.default")
