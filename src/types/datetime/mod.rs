//! Dates and timestamps as text: Spark's cast grammar, and patterns in the manner of
//! Java's `DateTimeFormatter`.
//!
//! Works on plain integers (days, microseconds) and a [`Zone`](super::Zone); knows
//! nothing of Arrow.

mod cast_text;
pub mod civil;
mod names;
mod pattern;
mod pattern_format;
mod pattern_parse;

pub(crate) use cast_text::trim;
pub use cast_text::{
    is_time_only, parse_date_default, parse_time, parse_timestamp_default,
    parse_timestamp_ntz_default,
};
pub use names::{day_name, month_name};
pub use pattern::Pattern;
pub use pattern_parse::ParseFailure;

#[cfg(test)]
mod test_tables;
#[cfg(test)]
mod tests;
