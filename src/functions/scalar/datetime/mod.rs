//! Functions on dates and times: parts (`parts`), calendar arithmetic (`calendar`),
//! making values (`build`, `moment`), and text with patterns (`pattern` writes, `parse`
//! reads).
//!
//! `current_timestamp`, `now`, `current_date` and `localtimestamp` are not here: only
//! the query knows its time, and a binding cannot.

mod build;
mod calendar;
mod intervals;
mod moment;
mod parse;
mod parts;
mod pattern;
mod shift;
pub mod time;

use crate::functions::Scalar;

pub static FAMILIES: &[&[Scalar]] = &[
    parts::FUNCTIONS,
    calendar::FUNCTIONS,
    build::FUNCTIONS,
    intervals::FUNCTIONS,
    moment::FUNCTIONS,
    pattern::FUNCTIONS,
    parse::FUNCTIONS,
    shift::FUNCTIONS,
    time::FUNCTIONS,
];
