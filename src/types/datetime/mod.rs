//! Dates and timestamps as text: Spark's cast grammar, and patterns in the manner of
//! Java's `DateTimeFormatter`.
//!
//! Works on plain integers (days, microseconds) and a [`Zone`](super::Zone); knows
//! nothing of Arrow.

pub mod civil;
