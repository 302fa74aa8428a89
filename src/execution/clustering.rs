//! `CLUSTER BY`: columns by whose values a table would like its files to be. Spark's tables
//! of files keep them as a property and tell them; rows lie as they would without.

use super::tables::TableDefinition;
use crate::error::{Result, SparkError};
use crate::types::{StructField, StructType, tree_string};

/// The property that has them, as JSON: a list of names in parts.
pub const PROPERTY: &str = "clusteringColumns";

/// The property's value.
///
/// # Errors
/// For a column that the table does not have.
pub fn value(columns: &[String], schema: &StructType) -> Result<String> {
    let mut named = Vec::with_capacity(columns.len());
    for column in columns {
        let same = |field: &&StructField| field.name.eq_ignore_ascii_case(column);
        let Some(field) = schema.fields.iter().find(same) else {
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_3060",
                &[("i", column), ("schema", &tree_string(schema, None))],
            ));
        };
        named.push(vec![field.name.clone()]);
    }
    serde_json::to_string(&named).map_err(SparkError::internal)
}

/// The columns, where the table has such a clause, even one without columns.
pub fn columns(table: &TableDefinition) -> Option<Vec<String>> {
    let text = table.properties.get(PROPERTY)?;
    let named: Vec<Vec<String>> = serde_json::from_str(text).unwrap_or_default();
    Some(named.into_iter().map(|parts| parts.join(".")).collect())
}

/// An append that says a clustering has to say the table's.
pub fn check_same(table: &TableDefinition, given: &[String]) -> Result<()> {
    let there = columns(table).unwrap_or_default();
    let same = |(l, r): (&String, &String)| l.eq_ignore_ascii_case(r);
    if given.is_empty() || given.len() == there.len() && given.iter().zip(&there).all(same) {
        return Ok(());
    }
    Err(SparkError::new(
        "CLUSTERING_COLUMNS_MISMATCH",
        &[
            ("tableName", &table.plain_name()),
            ("specifiedClusteringString", &given.join(", ")),
            ("existingClusteringString", &there.join(", ")),
        ],
    ))
}
