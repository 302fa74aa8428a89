//! Arrays, maps and structs: making them (`make`), taking values out (`extract`),
//! and working on whole arrays (`arrays`, `sets`, `shape`)
//! and maps (`maps`, `map_order`).

mod arrays;
mod extract;
mod make;
mod map_order;
mod maps;
mod sequence;
mod sets;
mod shape;

use crate::functions::Scalar;

pub use arrays::{concat_arrays, list_field, reverse};
pub use extract::extract_binding;
pub use map_order::ordered_maps;

pub static FAMILIES: &[&[Scalar]] = &[
    arrays::FUNCTIONS,
    extract::FUNCTIONS,
    make::FUNCTIONS,
    maps::FUNCTIONS,
    sequence::FUNCTIONS,
    sets::FUNCTIONS,
    shape::FUNCTIONS,
];
