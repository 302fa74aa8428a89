"""Values of settings that nobody has set."""

KEYS = [
    "spark.sql.ansi.enabled",
    "spark.sql.caseSensitive",
    "spark.sql.session.timeZone",
    "spark.sql.legacy.timeParserPolicy",
    "spark.sql.legacy.parser.havingWithoutGroupByAsWhere",
    "spark.sql.columnNameOfCorruptRecord",
    "spark.sql.repl.eagerEval.enabled",
    "spark.sql.repl.eagerEval.maxNumRows",
    "spark.sql.repl.eagerEval.truncate",
    "spark.sql.streaming.schemaInference",
    "spark.sql.streaming.minBatchesToRetain",
    "spark.sql.streaming.numRecentProgressUpdates",
    "spark.sql.streaming.stopTimeout",
    "spark.sql.streaming.multipleWatermarkPolicy",
    "spark.sql.timestampType",
    "spark.sql.groupByOrdinal",
    "spark.sql.orderByOrdinal",
    "spark.sql.crossJoin.enabled",
    "spark.sql.autoBroadcastJoinThreshold",
    "spark.sql.adaptive.enabled",
    "spark.sql.storeAssignmentPolicy",
    "spark.sql.execution.arrow.pyspark.enabled",
    "spark.sql.sources.default",
    "spark.sql.files.ignoreCorruptFiles",
    "spark.sql.files.ignoreMissingFiles",
]


def run(spark, ctx):
    for key in KEYS:
        yield key, spark.conf.get(key)
    yield "known but unset", spark.conf.get("spark.sql.streaming.checkpointLocation", "nothing")
    yield (
        "known but unset, without a default",
        ctx.outcome(lambda: spark.conf.get("spark.sql.streaming.checkpointLocation")),
    )
