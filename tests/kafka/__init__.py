"""Kafka in and out: brokers for the tests, and what real Spark answers over them."""
