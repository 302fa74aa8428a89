"""What does a batch reader of a Python data source give, in rows, named rows and Arrow?"""

from pyspark.sql import Row
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
from pyspark.sql.types import IntegerType, StringType, StructField, StructType


def run(spark, ctx):
    class Numbers(DataSource):
        @classmethod
        def name(cls):
            return "Numbers"

        def schema(self):
            return "part int, text string"

        def reader(self, schema):
            return NumbersReader(self.options, schema)

    class NumbersReader(DataSourceReader):
        def __init__(self, options, schema):
            self.options = options
            self.schema = schema

        def partitions(self):
            return [InputPartition(n) for n in range(int(self.options.get("parts", 2)))]

        def read(self, partition):
            yield (partition.value, self.options.get("Text", "none"))
            yield [partition.value + 10, None]

    class Named(DataSource):
        def schema(self):
            return StructType([StructField("a", IntegerType()), StructField("b", StringType())])

        def reader(self, schema):
            return NamedReader()

    class NamedReader(DataSourceReader):
        def read(self, partition):
            yield Row(b="one", a=1)
            yield Row(b=repr(partition), a=2)

    class Arrow(DataSource):
        def schema(self):
            return "n int, s string"

        def reader(self, schema):
            return ArrowReader()

    class ArrowReader(DataSourceReader):
        def read(self, partition):
            import pyarrow as pa

            schema = pa.schema([("n", pa.int32()), ("s", pa.string())])
            yield pa.RecordBatch.from_pydict({"n": [1, 2], "s": ["x", None]}, schema=schema)
            yield pa.RecordBatch.from_pydict({"n": [3], "s": ["y"]}, schema=schema)

    class Columns(DataSource):
        def schema(self):
            return "never string"

        def reader(self, schema):
            return ColumnsReader(schema)

    class ColumnsReader(DataSourceReader):
        def __init__(self, schema):
            self.schema = schema

        def read(self, partition):
            yield tuple(f"{f.name}:{f.dataType.simpleString()}" for f in self.schema)

    for source in (Numbers, Named, Arrow, Columns):
        spark.dataSource.register(source)
    read = spark.read
    yield "rows", read.format("Numbers").load()
    yield "another case of the name", spark.read.format("numbers").load()
    yield "options", spark.read.format("Numbers").option("PARTS", 3).option("text", "t").load()
    yield "load with format", spark.read.load(format="Numbers", parts="1", text=True)
    yield (
        "projected and filtered",
        spark.read.format("Numbers").load().where("part > 5").select("part"),
    )
    yield "count", spark.read.format("Numbers").load().count()
    yield (
        "joined with itself",
        spark.read.format("Numbers")
        .load()
        .alias("l")
        .join(spark.read.format("Numbers").load().alias("r"), "part"),
    )
    yield "named rows", spark.read.format("Named").load()
    yield "arrow", spark.read.format("Arrow").load()
    yield (
        "schema of the reader's user",
        spark.read.format("Columns").schema("x string, y string").load(),
    )
    yield "own schema", spark.read.format("Columns").load()
    yield "in SQL", ctx.outcome(lambda: spark.sql("select * from Numbers").collect())
