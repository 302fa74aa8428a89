//! Against what Spark recorded.
