//! String functions. Lengths and positions count code points, positions from one.

mod bytes;
mod cut;
mod expressions;
mod join;
mod like;
mod numbers;
mod pattern;
pub mod regex;
mod regex_property;
mod replacement;
mod search;

use crate::functions::Scalar;

pub static FAMILIES: &[&[Scalar]] = &[
    bytes::FUNCTIONS,
    cut::FUNCTIONS,
    join::FUNCTIONS,
    like::FUNCTIONS,
    numbers::FUNCTIONS,
    pattern::FUNCTIONS,
    search::FUNCTIONS,
];
