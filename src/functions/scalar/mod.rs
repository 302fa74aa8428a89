//! Scalar functions and operators by family, and the table of them.
//!
//! Each family has a `FUNCTIONS` list. What Spark has and no list names is not
//! built; whoever looks a name up raises then.

pub mod arithmetic;
pub mod coercion;
pub mod kernel;
#[cfg(test)]
mod tests;
pub mod typing;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Scalar;

static FAMILIES: &[&[Scalar]] = &[arithmetic::FUNCTIONS, arithmetic::BITS];

static TABLE: LazyLock<HashMap<&'static str, &'static Scalar>> = LazyLock::new(|| {
    let entries = FAMILIES.iter().flat_map(|family| family.iter());
    entries.flat_map(|entry| entry.names.iter().map(move |name| (*name, entry))).collect()
});

/// The entry of a lower-case name.
pub fn find(name: &str) -> Option<&'static Scalar> {
    TABLE.get(name).copied()
}
