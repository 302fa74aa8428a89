//! String functions. Lengths and positions count code points, positions from one.

mod bytes;
mod cut;
mod join;
mod search;

use crate::functions::Scalar;

pub static FAMILIES: &[&[Scalar]] = &[
    bytes::FUNCTIONS,
    cut::FUNCTIONS,
    join::FUNCTIONS,
    search::FUNCTIONS,
];
