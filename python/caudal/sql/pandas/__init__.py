"""Functions over pandas frames: the names of `pyspark.sql.pandas`."""
