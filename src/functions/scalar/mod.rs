//! Scalar functions and operators by family, and the table of them.
//!
//! Each family has a `FUNCTIONS` list. What Spark has and no list names is not
//! built; whoever looks a name up raises then.

pub mod arithmetic;
pub mod bounded;
mod buckets;
mod codecs;
pub mod coercion;
mod collation;
pub mod collections;
pub mod conditional;
pub mod counter;
pub mod datetime;
pub mod hash;
pub mod kernel;
pub mod lambda;
mod math;
mod number_text;
pub mod places;
pub mod raising;
pub mod random;
pub mod reflected;
mod secrets;
pub mod sketches;
mod strict;
mod strings;
mod variant;
pub use strings::regex::{Expression as JavaRegex, Problem as RegexProblem};
#[cfg(test)]
mod test_values;
#[cfg(test)]
mod tests;
pub mod time_window;
pub mod typing;
mod user_types;
pub mod vectors;
pub mod zeros;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Scalar;

static ROOMS: &[&[&[Scalar]]] = &[
    &[
        arithmetic::FUNCTIONS,
        arithmetic::BITS,
        conditional::FUNCTIONS,
        raising::FUNCTIONS,
    ],
    &[
        math::DOUBLES,
        math::FUNCTIONS,
        buckets::FUNCTIONS,
        number_text::FUNCTIONS,
        hash::FUNCTIONS,
        vectors::FUNCTIONS,
        collation::FUNCTIONS,
    ],
    &[
        bounded::FUNCTIONS,
        places::FUNCTIONS,
        reflected::FUNCTIONS,
        user_types::FUNCTIONS,
    ],
    datetime::FAMILIES,
    codecs::FAMILIES,
    &[variant::FUNCTIONS],
    secrets::FAMILIES,
    sketches::FAMILIES,
    strings::FAMILIES,
    collections::FAMILIES,
];

static TABLE: LazyLock<HashMap<&'static str, &'static Scalar>> = LazyLock::new(|| {
    let entries = ROOMS
        .iter()
        .flat_map(|room| room.iter())
        .flat_map(|family| family.iter());
    entries
        .flat_map(|entry| entry.names.iter().map(move |name| (*name, entry)))
        .collect()
});

/// The entry of a lower-case name.
pub fn find(name: &str) -> Option<&'static Scalar> {
    TABLE.get(name).copied()
}

/// All names of the table, sorted.
pub fn names() -> Vec<String> {
    // Those with a blank are for plans alone.
    let is_callable = |name: &&&str| !name.contains(' ') && **name != user_types::NAME;
    let callable = TABLE.keys().filter(is_callable);
    let mut names: Vec<String> = callable.map(|name| (*name).to_string()).collect();
    names.sort();
    names
}
