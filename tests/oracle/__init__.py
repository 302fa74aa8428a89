"""The recorded-oracle suite: programs, what Apache Spark answered, and the comparison."""
