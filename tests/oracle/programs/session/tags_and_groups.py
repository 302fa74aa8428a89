"""Tags of operations, their interruption, job groups, local properties, more sessions."""

import threading

from pyspark.sql import SparkSession


def run(spark, ctx):
    out, error = ctx.outcome, ctx.error
    sc = spark.sparkContext

    yield "no tags", sorted(spark.getTags())
    spark.addTag("one")
    spark.addTag("two")
    spark.addTag("one")
    yield "tags", sorted(spark.getTags())
    yield "kind", type(spark.getTags()).__name__
    spark.removeTag("two")
    spark.removeTag("three")
    yield "removed", sorted(spark.getTags())
    yield "comma", error(lambda: spark.addTag("a,b"))
    yield "empty", error(lambda: spark.addTag(""))
    yield "comma removed", error(lambda: spark.removeTag("a,b"))
    yield "none", error(lambda: spark.addTag(None))
    yield "interrupt comma", out(lambda: spark.interruptTag("a,b"))
    yield "interrupt empty", out(lambda: spark.interruptTag(""))
    seen = []
    thread = threading.Thread(target=lambda: seen.append(sorted(spark.getTags())))
    thread.start()
    thread.join()
    yield "in another thread", seen
    other = spark.newSession()
    yield "in another session", [sorted(other.getTags()), sorted(spark.getTags())]
    yield "interrupt all", spark.interruptAll()
    yield "interrupt tag", spark.interruptTag("one")
    yield "interrupt nothing", spark.interruptTag("nobody")
    yield "interrupt operation", out(lambda: spark.interruptOperation("no such id"))
    yield "interrupt by number", out(lambda: spark.interruptOperation("17"))
    spark.clearTags()
    yield "cleared", sorted(spark.getTags())

    yield "property", sc.getLocalProperty("my.property")
    sc.setLocalProperty("my.property", "x")
    yield "property set", sc.getLocalProperty("my.property")
    seen.clear()
    thread = threading.Thread(target=lambda: seen.append(sc.getLocalProperty("my.property")))
    thread.start()
    thread.join()
    yield "property in another thread", seen
    sc.setLocalProperty("my.property", None)
    yield "property gone", sc.getLocalProperty("my.property")
    sc.setJobGroup("group", "what it is")
    yield (
        "job group",
        [
            sc.getLocalProperty("spark.jobGroup.id"),
            sc.getLocalProperty("spark.job.description"),
            sc.getLocalProperty("spark.job.interruptOnCancel"),
        ],
    )
    sc.setJobGroup("other", "another", True)
    yield "job group that interrupts", sc.getLocalProperty("spark.job.interruptOnCancel")
    sc.setJobDescription("now")
    yield "description", sc.getLocalProperty("spark.job.description")
    sc.setInterruptOnCancel(False)
    yield "interrupt on cancel", sc.getLocalProperty("spark.job.interruptOnCancel")
    yield "cancel group", sc.cancelJobGroup("group")
    yield "cancel all", sc.cancelAllJobs()
    sc.addJobTag("t")
    sc.addJobTag("u")
    yield "job tags", sorted(sc.getJobTags())
    sc.removeJobTag("t")
    yield "job tag removed", sorted(sc.getJobTags())
    yield "cancel tag", sc.cancelJobsWithTag("u")
    yield "job tag with a comma", out(lambda: sc.addJobTag("a,b"))
    yield "job tag empty", out(lambda: sc.addJobTag(""))
    sc.clearJobTags()
    yield "job tags cleared", sorted(sc.getJobTags())
    yield "tags of the session beside them", sorted(spark.getTags())
    for name in ("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel"):
        sc.setLocalProperty(name, None)

    made = SparkSession.builder.config("spark.sql.shuffle.partitions", "7").create()
    yield (
        "created",
        [
            made is spark,
            made.sparkContext is sc,
            made.conf.get("spark.sql.shuffle.partitions"),
            spark.conf.get("spark.sql.shuffle.partitions"),
        ],
    )
    spark.range(1).createOrReplaceTempView("only_here")
    yield (
        "views of the other",
        [
            made.catalog.tableExists("only_here"),
            spark.catalog.tableExists("only_here"),
        ],
    )
    yield (
        "active",
        [
            SparkSession.getActiveSession() is spark,
            SparkSession.builder.getOrCreate() is spark,
        ],
    )
    yield "handlers", error(lambda: spark.registerProgressHandler(print))
    yield "handlers removed", error(lambda: spark.removeProgressHandler(print))
    yield "handlers cleared", error(lambda: spark.clearProgressHandlers())

    yield "range", sc.range(5).collect()
    yield "range of parts", sc.range(2, 10, 3, 2).glom().collect()
    yield "union", sc.union([sc.parallelize([1, 2]), sc.parallelize([3])]).collect()
    yield "slices", sc.parallelize(range(7), 3).glom().collect()
    yield "slices of a list", sc.parallelize(list("abcdefgh"), 3).glom().collect()
    yield (
        "number of slices",
        [
            sc.parallelize([1]).getNumPartitions(),
            sc.parallelize([], 4).getNumPartitions(),
            sc.emptyRDD().getNumPartitions(),
            sc.range(5).getNumPartitions(),
        ],
    )
    shared = sc.broadcast({"a": 1})
    yield "broadcast", shared.value
    count = sc.accumulator(5)
    count.add(2)
    count += 1
    yield "accumulator", count.value
    sc.parallelize([1, 2, 3]).foreach(lambda x: count.add(x))
    yield "accumulated", count.value
    shared.unpersist()
    yield "after unpersist", shared.value
    ctx.write_lines("in/a.txt", ["one", "two"])
    ctx.write_lines("in/b.txt", ["three"])
    yield "text file", sorted(sc.textFile(ctx.path("in")).collect())
    yield (
        "whole files",
        sorted(
            (name.rpartition("/")[2], text)
            for name, text in sc.wholeTextFiles(ctx.path("in")).collect()
        ),
    )
    yield "run job", sc.runJob(sc.parallelize([1, 2, 3, 4], 2), lambda part: [sum(part)])
    yield "run job on one", sc.runJob(sc.parallelize([1, 2, 3, 4], 2), lambda part: part, [1])
    yield "resources", dict(sc.resources)
    yield "lists", [sc.listFiles, sc.listArchives]
