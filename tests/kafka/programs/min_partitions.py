"""Into which parts do minPartitions and maxRecordsPerPartition divide a read?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    topic = ctx.kafka.topic("rows", partitions=3)
    for number, size in enumerate([8, 4, 1]):
        ctx.kafka.produce(topic, [(None, f"{i}", number) for i in range(size)])

    def parts(**options):
        frame = ctx.read(topic, **options).withColumn("part", F.spark_partition_id())
        found = frame.groupBy("part", "partition").agg(F.min("offset"), F.max("offset"))
        return found.drop("part")

    yield "neither", parts()
    for count in (1, 3, 4, 6, 13, 20):
        yield f"minPartitions {count}", parts(minPartitions=count)
    for count in (1, 3, 5, 8, 100):
        yield f"maxRecordsPerPartition {count}", parts(maxRecordsPerPartition=count)
    yield "both", parts(minPartitions=6, maxRecordsPerPartition=3)
    yield "both, the other way", parts(minPartitions=4, maxRecordsPerPartition=2)
