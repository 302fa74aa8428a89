//! Arrays, maps and structs: making them (`make`), taking values out (`extract`),
//! and working on whole arrays (`arrays`, `sets`, `shape`).

mod arrays;
mod extract;
mod make;
mod maps;
mod sequence;
mod sets;
mod shape;

use crate::functions::Scalar;

pub use arrays::{concat_arrays, list_field, reverse};
pub use extract::extract_binding;

pub static FAMILIES: &[&[Scalar]] = &[
    arrays::FUNCTIONS,
    extract::FUNCTIONS,
    make::FUNCTIONS,
    maps::FUNCTIONS,
    sequence::FUNCTIONS,
    sets::FUNCTIONS,
    shape::FUNCTIONS,
];
