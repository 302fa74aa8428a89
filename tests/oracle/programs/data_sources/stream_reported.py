"""What does progress say of the end that a Python stream reader reports?"""

from pyspark.sql.datasource import DataSource, DataSourceStreamReader, InputPartition


def run(spark, ctx):
    class Reporting(DataSource):
        def schema(self):
            return "n int"

        def streamReader(self, schema):
            return ReportingReader(self.options["far"])

    class ReportingReader(DataSourceStreamReader):
        def __init__(self, far):
            self.far = far

        def initialOffset(self):
            return {"at": 0}

        def latestOffset(self, start, limit):
            return {"at": min(start["at"] + 2, 4)}

        def reportLatestOffset(self):
            return None if self.far == "unknown" else {"at": 4, "far": self.far}

        def partitions(self, start, end):
            return [InputPartition(n) for n in range(start["at"], end["at"])]

        def read(self, partition):
            yield (partition.value,)

    spark.dataSource.register(Reporting)

    def reported(far):
        frame = spark.readStream.format("Reporting").option("far", far).load()
        query = frame.writeStream.foreachBatch(lambda f, _: f.collect()).start()
        try:
            query.processAllAvailable()
        finally:
            query.stop()
        return [
            [s["startOffset"], s["endOffset"], s["latestOffset"]]
            for p in query.recentProgress
            if p["numInputRows"]
            for s in p["sources"]
        ]

    yield "reported", reported("4")
    yield "unknown", reported("unknown")
