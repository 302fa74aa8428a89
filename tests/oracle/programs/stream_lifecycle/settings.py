"""What do spark.sql.streaming settings say of values that they do not take?"""

SETTINGS = {
    "multipleWatermarkPolicy": ["max", "MIN", "middle"],
    "noDataMicroBatches.enabled": ["false", "no"],
    "numRecentProgressUpdates": ["1", "x", "-1"],
    "minBatchesToRetain": ["5", "x", "0"],
    "stopTimeout": ["1000", "5s", "x"],
    "stopActiveRunOnRestart": ["false"],
    "unsupportedOperationCheck": ["false", "x"],
    "statefulOperator.checkCorrectness.enabled": ["false"],
    "statefulOperator.allowMultiple": ["false"],
    "noDataProgressEventInterval": ["100", "1s"],
    "pollingDelay": ["10", "1s"],
    "schemaInference": ["true"],
    "metricsEnabled": ["true"],
    "checkpoint.verifyMetadata.enabled": ["true"],
    "stateStore.encodingFormat": ["avro", "unsaferow", "x"],
    "stateStore.compression.codec": ["zstd", "x"],
    "streamingQueryListeners": ["a.B"],
    "ui.enabled": ["false"],
    "ui.retainedQueries": ["5"],
}


def run(spark, ctx):
    for name, values in SETTINGS.items():
        key = f"spark.sql.streaming.{name}"
        yield f"default of {name}", ctx.outcome(lambda key=key: spark.conf.get(key))
        for value in values:
            yield (
                f"{name}={value}",
                ctx.outcome(lambda key=key, value=value: spark.conf.set(key, value)),
            )
        yield f"unset {name}", ctx.outcome(lambda key=key: spark.conf.unset(key))
