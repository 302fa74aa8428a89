"""What of results that are no text or not the declared columns: lone surrogates, Arrow batches of other columns?"""


def run(spark, ctx):
    import pyarrow as pa
    from pyspark.sql import functions as sf

    def kind(action):
        """The class and condition alone: the rest is a worker's traceback."""
        try:
            return repr(action())
        except Exception as error:
            condition = getattr(error, "getCondition", lambda: None)()
            return [type(error).__name__, condition, "surrogates not allowed" in str(error)]

    lone = sf.udf(lambda _: "\ud800", "string")
    yield "lone surrogate", kind(lambda: spark.range(1).select(lone("id")).collect())
    inside = sf.udf(lambda _: ["\ud800"], "array<string>")
    yield "in an array", kind(lambda: spark.range(1).select(inside("id")).collect())
    plain = sf.udf(lambda _: "\ud800", "string", useArrow=False)
    yield "pickled", kind(lambda: spark.range(1).select(plain("id")).collect())

    def last(error):
        lines = [line for line in str(error).split("\n") if line.strip()]
        found = [line for line in lines if "Error" in line and "[" in line]
        return found[-1].strip() if found else lines[0]

    def mapped(label, make, schema):
        try:
            df = spark.range(2).mapInArrow(lambda batches: (make(b) for b in batches), schema)
            return [[*row] for row in df.collect()]
        except Exception as error:
            # Of the columns Java fails, in words of its own.
            named = label in ("a table", "a list")
            return [type(error).__name__, last(error)] if named else "fails"

    n = len
    CASES = {
        "same": (lambda b: b, "id long"),
        "other name": (lambda b: pa.RecordBatch.from_arrays([b.column(0)], ["x"]), "id long"),
        "two names, turned": (
            lambda b: pa.RecordBatch.from_arrays([b.column(0), b.column(0)], ["b", "a"]),
            "a long, b long",
        ),
        "one more": (
            lambda b: pa.RecordBatch.from_arrays([b.column(0), b.column(0)], ["id", "x"]),
            "id long",
        ),
        "one less": (lambda b: b, "id long, x long"),
        "none": (lambda b: pa.RecordBatch.from_arrays([], []), "id long"),
        "narrower": (
            lambda b: pa.RecordBatch.from_arrays([b.column(0).cast(pa.int32())], ["id"]),
            "id long",
        ),
        "wider": (lambda b: b, "id int"),
        "text": (
            lambda b: pa.RecordBatch.from_arrays([pa.array(["a"] * n(b))], ["id"]),
            "id long",
        ),
        "number for text": (lambda b: b, "id string"),
        "large text": (
            lambda b: pa.RecordBatch.from_arrays(
                [pa.array(["a"] * n(b), pa.large_string())], ["id"]
            ),
            "id string",
        ),
        "null": (
            lambda b: pa.RecordBatch.from_arrays([pa.array([None] * n(b), pa.int64())], ["id"]),
            "id long not null",
        ),
        "nested": (
            lambda b: pa.RecordBatch.from_arrays([pa.array([{"x": 1}] * n(b))], ["s"]),
            "s struct<y: long>",
        ),
        "a table": (lambda b: pa.Table.from_batches([b]), "id long"),
        "a list": (lambda b: [1], "id long"),
    }
    for label, (make, schema) in CASES.items():
        yield label, mapped(label, make, schema)
