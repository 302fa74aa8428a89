//! Arrays, maps and structs: making them (`make`), taking values out (`extract`),
//! and working on whole arrays (`arrays`, `sets`, `shape`)
//! and maps (`maps`, `map_order`; `entries` builds them).

mod arrays;
mod entries;
mod extract;
mod insert;
mod make;
mod map_order;
mod map_text;
mod maps;
mod sequence;
mod sets;
mod shape;
mod zip;

use crate::functions::Scalar;

pub use arrays::{concat_arrays, list_field, reverse};
pub use entries::{Entries, Repeated, map_of};
pub use extract::extract_binding;
pub use map_order::ordered_maps;
pub use maps::entry_type;
pub use zip::zipped;

pub static FAMILIES: &[&[Scalar]] = &[
    arrays::FUNCTIONS,
    extract::FUNCTIONS,
    insert::FUNCTIONS,
    make::FUNCTIONS,
    map_text::FUNCTIONS,
    maps::FUNCTIONS,
    sequence::FUNCTIONS,
    sets::FUNCTIONS,
    shape::FUNCTIONS,
];
