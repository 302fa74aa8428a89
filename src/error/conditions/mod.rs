//! The table of error conditions: name, exception class, SQLSTATE and template.
//!
//! Names, states and message forms are those of Apache Spark 4.3.0; a condition
//! that only Caudal can raise starts with `CAUDAL_`.

mod a_to_m;
mod catalog;
mod frames;
mod functions;
mod kafka;
mod legacy;
mod n_to_z;
mod protobuf;
mod queries;
mod script;
mod tables;

use super::ErrorClass;

pub struct Condition {
    pub name: &'static str,
    pub class: ErrorClass,
    pub sql_state: Option<&'static str>,
    /// Message with `<parameter>` places.
    pub template: &'static str,
}

/// The tables, each sorted by name, as all names are from one to the next.
pub const TABLES: [&[Condition]; 3] = [a_to_m::CONDITIONS, n_to_z::CONDITIONS, legacy::CONDITIONS];

/// The condition of Kafka's own table.
pub(super) fn find_of_kafka(name: &str) -> Option<&'static Condition> {
    let at = kafka::CONDITIONS.binary_search_by(|c| c.name.cmp(name));
    kafka::CONDITIONS.get(at.ok()?)
}

pub(super) fn find(name: &str) -> Option<&'static Condition> {
    let tables = TABLES.iter().chain([
        &functions::CONDITIONS,
        &catalog::CONDITIONS,
        &frames::CONDITIONS,
        &protobuf::CONDITIONS,
        &queries::CONDITIONS,
        &script::CONDITIONS,
        &tables::CONDITIONS,
    ]);
    tables.into_iter().find_map(|table| {
        let at = table.binary_search_by(|c| c.name.cmp(name)).ok()?;
        table.get(at)
    })
}

/// Whether a condition has this name, or begins with it and a dot.
pub(super) fn is_known(name: &str) -> bool {
    let tables = TABLES.iter().chain([
        &functions::CONDITIONS,
        &catalog::CONDITIONS,
        &frames::CONDITIONS,
        &protobuf::CONDITIONS,
        &queries::CONDITIONS,
        &script::CONDITIONS,
    ]);
    let mut all = tables.flat_map(|table| table.iter());
    all.any(|c| match c.name.strip_prefix(name) {
        Some(rest) => rest.is_empty() || rest.starts_with('.'),
        None => false,
    })
}

const fn row(
    name: &'static str,
    class: ErrorClass,
    sql_state: &'static str,
    template: &'static str,
) -> Condition {
    Condition {
        name,
        class,
        sql_state: Some(sql_state),
        template,
    }
}

/// A condition that Spark has not named yet: its message stands alone.
const fn nameless(name: &'static str, class: ErrorClass, template: &'static str) -> Condition {
    Condition {
        name,
        class,
        sql_state: None,
        template,
    }
}
