//! String functions. Lengths and positions count code points, positions from one.

mod bytes;
mod cut;
mod expressions;
mod format;
mod join;
mod like;
mod numbers;
mod pattern;
mod printf;
mod printf_digits;
mod printf_flags;
pub mod regex;
mod regex_property;
mod replacement;
mod search;
mod words;

use crate::functions::Scalar;

pub static FAMILIES: &[&[Scalar]] = &[
    bytes::FUNCTIONS,
    cut::FUNCTIONS,
    format::FUNCTIONS,
    join::FUNCTIONS,
    like::FUNCTIONS,
    numbers::FUNCTIONS,
    pattern::FUNCTIONS,
    search::FUNCTIONS,
    words::FUNCTIONS,
];
