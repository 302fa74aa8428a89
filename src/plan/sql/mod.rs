//! SQL text to [`Plan`](super::Plan): sqlparser's syntax tree in, our trees out.
