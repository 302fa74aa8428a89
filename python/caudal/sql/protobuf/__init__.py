"""Protocol buffers in columns: the names of `pyspark.sql.protobuf`."""
