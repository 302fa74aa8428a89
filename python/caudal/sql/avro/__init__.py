"""Avro in columns."""
