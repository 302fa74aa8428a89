"""Random typed expressions, and what real Spark answers to each.

`draw` makes expressions from a seed, `table` holds the rows that they are over, `record`
asks real Spark, in bulk, and `test_expressions` asks Caudal. What differs and is known to
is in ``not_yet.json``, by expression.
"""
