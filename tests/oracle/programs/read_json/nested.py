"""Structs in arrays, arrays in maps, nulls inside, and what selecting into them gives."""


def run(spark, ctx):
    path = ctx.write_lines(
        "a.json",
        [
            '{"id":1,"lines":[{"sku":"a","qty":2},{"sku":"b","qty":null}],"at":{"city":"X","geo":{"lat":1.5}}}',
            '{"id":2,"lines":[],"at":{"city":null,"geo":null}}',
            '{"id":3,"lines":null,"at":null}',
            '{"id":4,"lines":[null,{"qty":7}],"at":{"geo":{"lat":-0.0}}}',
        ],
    )
    schema = (
        "id long, lines array<struct<sku:string,qty:int>>, "
        "at struct<city:string,geo:struct<lat:double>>"
    )
    df = spark.read.schema(schema).json(path)
    yield "all", df
    yield "inside", df.select("id", "at.city", "at.geo.lat", "lines.sku")
    yield "by column", df.where("id = 1").select(df.at.geo.lat, df["at.city"], df.lines[0].qty)
    yield "beyond the end", ctx.error(lambda: df.select(df.lines[0].qty).collect())
    yield "shown", ctx.shown(df, truncate=False)
    yield "tree", ctx.printed(df.printSchema)
    yield "star of a struct", df.select("id", "at.*")
