//! Functions on dates and times: parts (`parts`), calendar arithmetic (`calendar`)
//! and making values (`build`).
//!
//! `current_timestamp`, `now`, `current_date` and `localtimestamp` are not here: only
//! the query knows its time, and a binding cannot.

mod build;
mod calendar;
mod parts;

use crate::functions::Scalar;

pub static FAMILIES: &[&[Scalar]] = &[parts::FUNCTIONS, calendar::FUNCTIONS, build::FUNCTIONS];
