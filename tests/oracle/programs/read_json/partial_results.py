"""One bad field keeps the good ones; bad fields inside structs, arrays and maps."""


def run(spark, ctx):
    cases = {
        "plain": ("a int, b string", '{"a":"x","b":"y"}'),
        "last": ("a int, b int", '{"a":1,"b":"y"}'),
        "in a struct": ("s struct<a:int,b:string>, z int", '{"s":{"a":"x","b":"y"},"z":1}'),
        "in an array": ("l array<int>, z int", '{"l":[1,"x",3],"z":1}'),
        "in a map": ("m map<string,int>, z int", '{"m":{"k":1,"j":"x"},"z":1}'),
        "array of structs": ("l array<struct<a:int>>, z int", '{"l":[{"a":1},{"a":"x"}],"z":1}'),
        "object for a number": ("a int, z int", '{"a":{"q":1},"z":1}'),
        "number for an object": ("s struct<a:int>, z int", '{"s":5,"z":1}'),
        "object for an array": ("l array<struct<a:int>>, z int", '{"l":{"a":1},"z":1}'),
        "array for an object": ("s struct<a:int>, z int", '{"s":[{"a":1}],"z":1}'),
        "not null": ("a int not null, z int", '{"z":1}'),
    }
    for number, (label, (schema, line)) in enumerate(cases.items()):
        path = ctx.write_lines(f"{number}.json", [line])
        yield label, spark.read.schema(schema + ", _corrupt_record string").json(path)
