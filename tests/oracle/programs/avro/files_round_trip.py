"""Every type through an Avro file: what the file says of itself, and what comes back."""

import glob
import json

NULLS = ["y", "i", "l", "f", "d", "b", "t", "x", "day", "moment", "local", "small", "list"]


def header(path):
    """The header of the only file in a folder, without the mark between blocks."""
    [name] = glob.glob(f"{path}/*.avro")
    with open(name, "rb") as file:
        data = file.read()
    at = 4

    def long():
        nonlocal at
        shift = raw = 0
        while True:
            byte = data[at]
            at += 1
            raw |= (byte & 0x7F) << shift
            shift += 7
            if byte < 128:
                return (raw >> 1) ^ -(raw & 1)

    def text():
        nonlocal at
        size = long()
        at += size
        return data[at - size : at].decode()

    found = {}
    while (count := long()) != 0:
        if count < 0:
            count = -count
            long()
        for _ in range(count):
            key = text()
            found[key] = text()
    return found


def run(spark, ctx):
    df = spark.sql(
        """SELECT 1Y AS y, 2S AS s, 3 AS i, 4L AS l, 1.5F AS f, 2.5D AS d, true AS b,
        'text' AS t, X'00ff' AS x, date'2024-03-01' AS day,
        timestamp'2024-03-01 12:30:00.123456Z' AS moment,
        timestamp_ntz'2024-03-01 12:30:00.123456' AS local,
        1.50BD AS small, cast(-12345678901234567890.123 AS decimal(38, 3)) AS big,
        array(1, null) AS list, map('k', 1, 'l', null) AS pairs,
        named_struct('p', 1, 'q', named_struct('r', 'x')) AS nested,
        array(named_struct('p', 1.5BD)) AS structs,
        interval '1-2' year to month AS months,
        interval '1 02:03:04.5' day to second AS span,
        null AS nothing"""
    )
    path = ctx.path("all")
    df.coalesce(1).write.format("avro").save(path)
    found = header(path)
    yield "keys", sorted(found)
    yield "schema", json.loads(found["avro.schema"])
    yield "codec", found["avro.codec"]
    yield "version", found.get("org.apache.spark.version")
    back = spark.read.format("avro").load(path)
    yield "types", back.schema.simpleString()
    texts = ["*", "cast(months AS string) AS months_text", "cast(span AS string) AS span_text"]
    yield "rows", back.selectExpr(*texts).drop("months", "span")
    none = back.drop("nothing").selectExpr(*[f"nullif({n}, {n}) AS {n}" for n in NULLS])
    none.coalesce(1).write.format("avro").save(ctx.path("nulls"))
    yield "nulls", spark.read.format("avro").load(ctx.path("nulls"))
    named = df.select("i", "small", "nested").coalesce(1).write.format("avro")
    named.option("recordName", "Top").option("recordNamespace", "org.x").save(ctx.path("named"))
    yield "named", json.loads(header(ctx.path("named"))["avro.schema"])
    for codec in ["uncompressed", "deflate", "snappy", "bzip2", "zstandard", "SNAPPY"]:
        place = ctx.path(codec.lower() + "_of_" + codec)
        df.select("i", "t").coalesce(1).write.format("avro").option("compression", codec).save(
            place
        )
        yield codec, header(place)["avro.codec"]
        yield f"{codec} read", spark.read.format("avro").load(place)
    bad = df.select("i").write.format("avro").option("compression", "lz4")
    yield "no such codec", ctx.error(lambda: bad.save(ctx.path("bad")))
    name = "spark.sql.avro.compression.codec"
    spark.conf.set(name, "deflate")
    df.select("i").coalesce(1).write.format("avro").save(ctx.path("set"))
    yield "codec by setting", header(ctx.path("set"))["avro.codec"]
    yield "no such setting", ctx.error(lambda: spark.conf.set(name, "lz4"))
    not_null = spark.range(2).coalesce(1)
    not_null.write.format("avro").save(ctx.path("range"))
    yield "not nullable", json.loads(header(ctx.path("range"))["avro.schema"])
    yield "rows of it", spark.read.format("avro").load(ctx.path("range"))
    spark.range(0).coalesce(1).write.format("avro").save(ctx.path("empty"))
    yield "no rows", spark.read.format("avro").load(ctx.path("empty"))
